#include "runtime/saved_parameters.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "runtime/data_error.hpp"
#include "runtime/files.hpp"
#include "runtime/text.hpp"

namespace gradsmith::runtime {

namespace {

// Nested brackets around the numbers of an array.
std::string nested(std::span<const double> numbers, std::span<const std::size_t> extents) {
  if (extents.empty()) return shortest(numbers[0]);
  std::string text = "[";
  const std::size_t inner = numbers.size() / std::max<std::size_t>(extents[0], 1);
  for (std::size_t k = 0; k < extents[0]; ++k) {
    if (k > 0) text += extents.size() == 1 && k % 4 != 0 ? ", " : ",\n    ";
    text += nested(numbers.subspan(k * inner, inner), extents.subspan(1));
  }
  return text + "]";
}

void flatten(const nlohmann::json& value, std::vector<double>& numbers, const std::string& file) {
  if (value.is_array()) {
    for (const nlohmann::json& element : value) flatten(element, numbers, file);
    return;
  }
  if (!value.is_number()) throw DataError(file + ": a parameter holds something else than numbers");
  numbers.push_back(value.get<double>());
}

nlohmann::json parameters_in(const std::filesystem::path& file) {
  const nlohmann::json json = nlohmann::json::parse(read_whole(file), nullptr, false);
  if (json.is_discarded() || !json.is_object() || !json.contains("parameters") ||
      !json["parameters"].is_object()) {
    throw DataError(file.string() + ": this is no JSON with \"parameters\" in it");
  }
  return json["parameters"];
}

// Whether arrays are nested as these extents say.
bool has_shape(const nlohmann::json& value, std::span<const std::size_t> extents) {
  if (extents.empty()) return value.is_number();
  if (!value.is_array() || value.size() != extents[0]) return false;
  return std::all_of(value.begin(), value.end(), [&](const nlohmann::json& element) {
    return has_shape(element, extents.subspan(1));
  });
}

// `3x2`, by the first elements.
std::string shape_of(const nlohmann::json& value) {
  std::string text;
  for (const nlohmann::json* at = &value; at->is_array(); at = &at->front()) {
    text += (text.empty() ? "" : "x") + std::to_string(at->size());
    if (at->empty()) break;
  }
  return text.empty() ? "a number" : text;
}

}  // namespace

std::string parameters_json(const Model& model, std::span<const double> parameters,
                            const std::vector<Standard>& standards) {
  std::string text = "{\n  \"function\": \"" + model.name() + "\",\n  \"parameters\": {";
  bool first = true;
  for (const Block& b : model.parameters()) {
    text += std::string(first ? "" : ",") + "\n    \"" + b.name +
            "\": " + nested(parameters.subspan(b.offset, b.count), b.extents);
    first = false;
  }
  text += "\n  },\n  \"standards\": {";
  first = true;
  for (const Standard& s : standards) {
    const std::size_t extents[] = {s.mean.size()};
    text += std::string(first ? "" : ",") + "\n    \"" + s.feature +
            "\": {\"mean\": " + nested(s.mean, extents) +
            ",\n    \"deviation\": " + nested(s.deviation, extents) + "}";
    first = false;
  }
  return text + "\n  }\n}\n";
}

std::map<std::string, std::vector<double>> read_parameters(const std::filesystem::path& file) {
  const nlohmann::json parameters = parameters_in(file);
  std::map<std::string, std::vector<double>> result;
  for (const auto& [name, value] : parameters.items()) {
    flatten(value, result[name], file.string());
  }
  return result;
}

void require_shapes(const std::filesystem::path& file, const Model& model) {
  const nlohmann::json parameters = parameters_in(file);
  for (const Block& block : model.parameters()) {
    if (!parameters.contains(block.name)) continue;
    const nlohmann::json& value = parameters[block.name];
    const std::size_t flat[] = {block.count};
    if (has_shape(value, block.extents) || has_shape(value, flat)) continue;
    std::string wanted;
    for (const std::size_t e : block.extents) {
      wanted += (wanted.empty() ? "" : "x") + std::to_string(e);
    }
    throw ModelError(file.string() + ": '" + block.name + "' is " + shape_of(value) +
                     " in the file, and " + (wanted.empty() ? "a number" : wanted) + " in " +
                     model.name());
  }
}

}  // namespace gradsmith::runtime
