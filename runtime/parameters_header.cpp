#include "runtime/parameters_header.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <optional>
#include <set>
#include <string_view>

#include "runtime/data_error.hpp"
#include "runtime/forms.hpp"
#include "runtime/text.hpp"

namespace gradsmith::runtime {

namespace {

// Writes the numbers of an object in the braces of a form (module_v1.hpp).
class Braces {
 public:
  Braces(std::string_view form, std::span<const double> numbers) : form_(form), numbers_(numbers) {}

  // The plain arrays in front, `[3][2]`; an extent that comes at run time is what the numbers fill.
  std::string extents() {
    std::string text;
    for (std::size_t at = 0; at < form_.size() && form_[at] == '[';) {
      text += "[" + std::to_string(extent(at)) + "]";
    }
    return text;
  }

  std::string object() {
    std::size_t at = 0;
    return object(at);
  }

 private:
  // Recursion follows the nesting of the author's types; `at` goes past what was written.
  std::string object(std::size_t& at) {
    switch (form_[at]) {
      case 'd':
        ++at;
        return shortest(numbers_[next_++]);
      case 'f':
        ++at;
        return shortest(static_cast<float>(numbers_[next_++])) + "f";
      case '{':
        return members(at);
      default:
        return elements(at);
    }
  }

  std::string members(std::size_t& at) {
    std::string text = "{";
    for (++at; form_[at] != '}';) text += (text.size() > 1 ? ", " : "") + object(at);
    ++at;
    return text + "}";
  }

  std::string elements(std::size_t& at) {
    const bool of_class = form_[at] == '<';
    const std::size_t count = extent(at);
    const std::size_t begin = at;
    const bool of_numbers = form_[at] == 'd' || form_[at] == 'f';
    std::string text = of_class ? "{{" : "{";
    for (std::size_t k = 0; k < count; ++k) {
      at = begin;
      if (k > 0) text += of_numbers && k % 4 != 0 ? ", " : ",\n    ";
      text += object(at);
    }
    at = begin;
    numbers_in(at);  // also where there are none
    return text + (of_class ? "}}" : "}");
  }

  // Of the array at a place, which then goes to its elements.
  std::size_t extent(std::size_t& at) {
    const std::optional<std::size_t> count = read_extent(form_, at);
    std::size_t element = at;
    return count ? *count : numbers_.size() / std::max<std::size_t>(numbers_in(element), 1);
  }

  // How many numbers what stands at a place has; the place goes past it.
  std::size_t numbers_in(std::size_t& at) {
    if (form_[at] == '[' || form_[at] == '<') {
      const std::size_t count = extent(at);
      return count * numbers_in(at);
    }
    if (form_[at++] != '{') return 1;
    std::size_t sum = 0;
    while (form_[at] != '}') sum += numbers_in(at);
    ++at;
    return sum;
  }

  std::string_view form_;
  std::span<const double> numbers_;
  std::size_t next_ = 0;
};

std::string constant(const std::string& type, const std::string& name, std::string_view form,
                     std::span<const double> numbers) {
  Braces braces(form, numbers);
  return "\nconstexpr " + type + " " + name + braces.extents() + " = " + braces.object() + ";\n";
}

void require_floats(const Block& block, std::span<const double> numbers) {
  const auto fits = [](double x) { return std::isfinite(static_cast<float>(x)); };
  if (!block.in_float || std::all_of(numbers.begin(), numbers.end(), fits)) return;
  throw DataError("'" + block.name + "' holds a number beyond float, so it makes no header");
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

// `a::b` of `a::b::loss`.
std::string namespace_of(const std::string& qualified) {
  const std::size_t colon = qualified.rfind("::");
  return colon == std::string::npos ? "" : qualified.substr(0, colon);
}

// Declares a namespace that the types' headers need not have opened.
std::string opened(const std::string& space) {
  std::string text;
  std::string end = "\n\n";
  for (std::size_t at = 0; at < space.size();) {
    const std::size_t colon = std::min(space.find("::", at), space.size());
    text += (at == 0 ? "namespace " : " namespace ") + space.substr(at, colon - at) + " {";
    end = "}" + end;
    at = colon + 2;
  }
  return text + end;
}

}  // namespace

std::string parameters_header(const Model& model, std::span<const double> parameters,
                              const std::vector<Standard>& standards) {
  const std::string space = space_of(model.name());
  std::string guard = "GRADSMITH_";
  for (const char c : space) {
    guard += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  guard += "_HPP";
  std::set<std::string> names;
  std::string includes;
  std::string constants;
  for (const Block& b : model.parameters()) {
    const std::span<const double> numbers = parameters.subspan(b.offset, b.count);
    const std::string name = plain_name(b.name);
    names.insert(name);
    require_floats(b, numbers);
    if (b.type) includes = b.type->includes;  // each has all of the function's
    const char* type = b.type ? b.type->element : b.in_float ? "float" : "double";
    constants += constant(type, name, form_of(b), numbers);
  }
  const auto add = [&](std::string name, const std::vector<double>& numbers) {
    while (!names.insert(name).second) name += "_";
    constants += constant("double", name, "[" + std::to_string(numbers.size()) + "]d", numbers);
  };
  for (const Standard& s : standards) {
    if (s.mean.empty()) continue;
    constants += "\n// The data were standardised: (x - mean) / deviation.";
    add(s.feature + "_mean", s.mean);
    add(s.feature + "_deviation", s.deviation);
  }
  // Types are spelled as they are inside the function's namespace.
  const std::string around = namespace_of(model.name());
  const bool own_types = includes.find('"') != std::string::npos && !around.empty();
  if (!includes.empty()) includes += "\n";
  return "// The trained parameters of " + model.name() +
         ", written by gradsmith train.\n\n#ifndef " + guard + "\n#define " + guard + "\n\n" +
         includes + (own_types ? opened(around) : "") + "namespace " + space + " {\n" +
         (own_types ? "\nusing namespace ::" + around + ";\n" : "") + constants +
         "\n}  // namespace " + space + "\n\n#endif  // " + guard + "\n";
}

}  // namespace gradsmith::runtime
