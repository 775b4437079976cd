#include "runtime/saved_parameters.hpp"

#include <cctype>
#include <charconv>
#include <nlohmann/json.hpp>

#include "runtime/data_error.hpp"
#include "runtime/files.hpp"

namespace gradsmith::runtime {

namespace {

// The shortest digits that read back to the same bits.
std::string shortest(double x) {
  char text[40];
  const auto [end, error] = std::to_chars(text, text + sizeof text, x);
  std::string digits(text, end);
  if (digits.find_first_of(".en") == std::string::npos) digits += ".0";
  return digits;
}

// Nested brackets, or braces, around the numbers of an array.
std::string nested(std::span<const double> numbers, std::span<const std::size_t> extents, char open,
                   char close) {
  if (extents.empty()) return shortest(numbers[0]);
  std::string text(1, open);
  const std::size_t inner = numbers.size() / std::max<std::size_t>(extents[0], 1);
  for (std::size_t k = 0; k < extents[0]; ++k) {
    if (k > 0) text += extents.size() == 1 && k % 4 != 0 ? ", " : ",\n    ";
    text += nested(numbers.subspan(k * inner, inner), extents.subspan(1), open, close);
  }
  return text + close;
}

std::string plain_name(const std::string& qualified) {
  const std::size_t colon = qualified.rfind(':');
  return qualified.substr(colon == std::string::npos ? 0 : colon + 1);
}

std::string space_of(const std::string& qualified) {
  std::string name;
  for (const char c : qualified) {
    if (std::isalnum(static_cast<unsigned char>(c))) name += c;
    if (c == ':' && !name.empty() && name.back() != '_') name += '_';
    if (c == '_') name += c;
  }
  return name + "_trained";
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
            "\": " + nested(parameters.subspan(b.offset, b.count), b.extents, '[', ']');
    first = false;
  }
  text += "\n  },\n  \"standards\": {";
  first = true;
  for (const Standard& s : standards) {
    const std::size_t extents[] = {s.mean.size()};
    text += std::string(first ? "" : ",") + "\n    \"" + s.feature +
            "\": {\"mean\": " + nested(s.mean, extents, '[', ']') +
            ",\n    \"deviation\": " + nested(s.deviation, extents, '[', ']') + "}";
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

std::string parameters_header(const Model& model, std::span<const double> parameters,
                              const std::vector<Standard>& standards) {
  const std::string space = space_of(model.name());
  std::string guard = "GRADSMITH_";
  for (const char c : space) {
    guard += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  guard += "_HPP";
  std::string text = "// The trained parameters of " + model.name() +
                     ", written by gradsmith train.\n\n#ifndef " + guard + "\n#define " + guard +
                     "\n\nnamespace " + space + " {\n";
  const auto add = [&](const std::string& name, std::span<const double> numbers,
                       std::span<const std::size_t> extents, const char* type = "double") {
    text += std::string("\nconstexpr ") + type + " " + name;
    for (const std::size_t e : extents) text += "[" + std::to_string(e) + "]";
    text += " = " + nested(numbers, extents, '{', '}') + ";\n";
  };
  for (const Block& b : model.parameters()) {
    add(plain_name(b.name), parameters.subspan(b.offset, b.count), b.extents,
        b.in_float ? "float" : "double");
  }
  for (const Standard& s : standards) {
    const std::size_t extents[] = {s.mean.size()};
    text += "\n// The data were standardised: (x - mean) / deviation.";
    add(s.feature + "_mean", s.mean, extents);
    add(s.feature + "_deviation", s.deviation, extents);
  }
  return text + "\n}  // namespace " + space + "\n\n#endif  // " + guard + "\n";
}

}  // namespace gradsmith::runtime
