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
  const nlohmann::json json = nlohmann::json::parse(read_whole(file), nullptr, false);
  if (json.is_discarded() || !json.is_object() || !json.contains("parameters") ||
      !json["parameters"].is_object()) {
    throw DataError(file.string() + ": this is no JSON with \"parameters\" in it");
  }
  std::map<std::string, std::vector<double>> result;
  for (const auto& [name, value] : json["parameters"].items()) {
    flatten(value, result[name], file.string());
  }
  return result;
}

}  // namespace gradsmith::runtime
