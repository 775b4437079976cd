#include "runtime/binding.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "runtime/data_error.hpp"

namespace gradsmith::runtime {

namespace {

constexpr const char* kOneHot = "onehot(";

// A number as short as it can be written.
std::string shown(double number) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

const Binding* binding_of(const std::string& parameter, const BindingOptions& options) {
  for (const Binding& b : options.bindings) {
    if (b.parameter == parameter) return &b;
  }
  return nullptr;
}

bool is_one_hot(const std::string& columns) {
  return columns.rfind(kOneHot, 0) == 0 && columns.back() == ')';
}

// Where one of these characters stands outside double quotes, from a place on.
std::size_t outside_quotes(const std::string& text, char wanted, std::size_t at) {
  bool quoted = false;
  for (; at < text.size(); ++at) {
    if (text[at] == '"') quoted = !quoted;
    if (!quoted && text[at] == wanted) return at;
  }
  return text.size();
}

// `a,b` of `"a,b"`, in which a quote is doubled.
std::string unquoted(const std::string& text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return text;
  std::string name;
  for (std::size_t k = 1; k + 1 < text.size(); ++k) {
    if (text[k] == '"') ++k;
    name += text[k];
  }
  return name;
}

std::vector<std::size_t> columns_of(const std::string& text, const Dataset& data) {
  std::vector<std::size_t> found;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = outside_quotes(text, '+', at);
    const std::string part = text.substr(at, end - at);
    at = end + 1;
    const std::size_t colon = outside_quotes(part, ':', 0);
    const std::size_t first = data.find(unquoted(part.substr(0, colon)));
    const std::size_t last =
        colon == part.size() ? first : data.find(unquoted(part.substr(colon + 1)));
    if (last < first) {
      throw BindingError(data.place_of_names() + ": the columns '" + part + "' go backwards");
    }
    for (std::size_t k = first; k <= last; ++k) found.push_back(data.find(data.columns[k].name));
  }
  return found;
}

// Those of a parameter that are not one-hot. A column of the parameter's own name needs no quotes.
std::vector<std::size_t> columns_for(const DataSlot& slot, const Dataset& data,
                                     const BindingOptions& options) {
  const Binding* binding = binding_of(slot.name, options);
  if (!binding) return {data.find(slot.name)};
  return columns_of(binding->columns, data);
}

int integer_of(const Dataset& data, const Column& column, std::size_t row, const DataSlot& slot) {
  const double number = column.numbers[row];
  const bool fits = number >= std::numeric_limits<int>::min() &&
                    number <= std::numeric_limits<int>::max() && number == std::floor(number);
  if (!fits && number == std::floor(number)) {
    throw DataError(data.place(row, column) + ": column '" + column.name +
                    "' holds an integer beyond int, as which integers of data come");
  }
  if (!fits) {
    throw DataError(data.place(row, column) + ": column '" + column.name + "' holds " +
                    shown(number) + ", and an integer is wanted");
  }
  const int integer = static_cast<int>(number);
  if (integer >= slot.least && integer <= slot.greatest) return integer;
  throw DataError(data.place(row, column) + ": column '" + column.name + "' holds " +
                  std::to_string(integer) + ", and the type of '" + slot.name + "' holds " +
                  std::to_string(slot.least) + " to " + std::to_string(slot.greatest));
}

bool fits(const DataSlot& slot, double number) {
  return !slot.in_float || std::isfinite(static_cast<float>(number));
}

double number_of(const Dataset& data, const Column& column, std::size_t row, const DataSlot& slot) {
  const double number = column.numbers[row];
  if (fits(slot, number)) return number;
  throw DataError(data.place(row, column) + ": column '" + column.name + "' holds " +
                  shown(number) + ", which is no float, as '" + slot.name + "' is");
}

Feature one_hot(const DataSlot& slot, const Column& column, const Dataset& data) {
  Feature f{slot.name, static_cast<std::size_t>(std::max(slot.width, 1LL)), false, slot.is_int, {},
            {}};
  if (slot.width < 1) throw BindingError("'" + slot.name + "' has no known length for onehot");
  f.numbers.assign(f.is_int ? 0 : f.width * data.rows, 0);
  f.integers.assign(f.is_int ? f.width * data.rows : 0, 0);
  DataSlot any = slot;  // a label is no number of the parameter's
  any.least = std::numeric_limits<int>::min();
  any.greatest = std::numeric_limits<int>::max();
  for (std::size_t row = 0; row < data.rows; ++row) {
    const int label = integer_of(data, column, row, any);
    if (label < 0 || static_cast<std::size_t>(label) >= f.width) {
      throw DataError(data.place(row, column) + ": column '" + column.name + "' holds " +
                      std::to_string(label) + ", and '" + slot.name + "' takes 0 to " +
                      std::to_string(f.width - 1));
    }
    const std::size_t at = row * f.width + static_cast<std::size_t>(label);
    if (f.is_int) {
      f.integers[at] = 1;
    } else {
      f.numbers[at] = 1;
    }
  }
  return f;
}

Feature constant(const DataSlot& slot, const std::vector<double>& numbers) {
  Feature f{slot.name, numbers.size(), true, slot.is_int, {}, {}};
  for (const double number : numbers) {
    if (!fits(slot, number)) {
      throw BindingError("'" + slot.name + "' is a float, and " + shown(number) + " is none");
    }
    if (!slot.is_int) {
      f.numbers.push_back(number);
    } else if (number == std::floor(number) && number >= static_cast<double>(slot.least) &&
               number <= static_cast<double>(slot.greatest)) {
      f.integers.push_back(static_cast<int>(number));
    } else {
      throw BindingError("'" + slot.name + "' takes integers from " + std::to_string(slot.least) +
                         " to " + std::to_string(slot.greatest));
    }
  }
  return f;
}

Feature from_columns(const DataSlot& slot, const std::vector<std::size_t>& columns,
                     const Dataset& data) {
  Feature f{slot.name, columns.size(), false, slot.is_int, {}, {}};
  if (slot.width >= 0 && static_cast<long long>(columns.size()) != slot.width) {
    throw BindingError(data.place_of_names() + ": '" + slot.name + "' takes " +
                       std::to_string(slot.width) + " columns, and it was given " +
                       std::to_string(columns.size()));
  }
  for (std::size_t row = 0; row < data.rows; ++row) {
    for (const std::size_t k : columns) {
      if (f.is_int) {
        f.integers.push_back(integer_of(data, data.columns[k], row, slot));
      } else {
        f.numbers.push_back(number_of(data, data.columns[k], row, slot));
      }
    }
  }
  return f;
}

void require_classes(const Model& model, const SampleSet& samples, const Dataset& data,
                     const BindingOptions& options) {
  for (const auto& [name, classes] : options.classes) {
    const auto f = std::find_if(samples.features.begin(), samples.features.end(),
                                [&](const Feature& feature) { return feature.name == name; });
    if (f == samples.features.end() || !f->is_int) {
      throw BindingError("'" + name + "' is no data parameter that holds integers");
    }
    for (std::size_t k = 0; k < f->integers.size(); ++k) {
      const int label = f->integers[k];
      if (label >= 0 && label < classes) continue;
      throw DataError(place_of_number(model, *f, k, data, options) + ": '" + name + "' is " +
                      std::to_string(label) + ", and its classes are 0 to " +
                      std::to_string(classes - 1));
    }
  }
}

}  // namespace

Binding read_binding(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    throw BindingError("'" + text + "' is not of the form <parameter>=<columns>");
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

SampleSet bind(const Model& model, const Dataset& data, const BindingOptions& options) {
  SampleSet result;
  result.count = data.rows;
  for (const DataSlot& slot : model.data()) {
    if (const auto number = options.numbers.find(slot.name); number != options.numbers.end()) {
      result.features.push_back(constant(slot, number->second));
      continue;
    }
    const Binding* binding = binding_of(slot.name, options);
    const std::string columns = binding ? binding->columns : slot.name;
    const bool there = std::any_of(data.columns.begin(), data.columns.end(),
                                   [&](const Column& c) { return c.name == columns; });
    if (!binding && !there && !slot.is_number) {
      throw BindingError(data.place_of_names() + ": the data parameter '" + slot.name + "' of " +
                         model.name() +
                         " has no columns: there is none of its name, and --columns does not give "
                         "it any");
    }
    if (is_one_hot(columns)) {
      const std::string column = unquoted(columns.substr(7, columns.size() - 8));
      result.features.push_back(one_hot(slot, data.columns[data.find(column)], data));
    } else {
      result.features.push_back(from_columns(slot, columns_for(slot, data, options), data));
    }
  }
  model.require(result);
  require_classes(model, result, data, options);
  return result;
}

std::string place_of_number(const Model& model, const Feature& feature, std::size_t at,
                            const Dataset& data, const BindingOptions& options) {
  const std::size_t row = feature.constant ? 0 : at / feature.width;
  for (const DataSlot& slot : model.data()) {
    if (slot.name != feature.name || options.numbers.count(slot.name) > 0) continue;
    const Binding* binding = binding_of(slot.name, options);
    if (binding && is_one_hot(binding->columns)) break;
    const std::vector<std::size_t> columns = columns_for(slot, data, options);
    if (columns.size() == feature.width) {
      return data.place(row, data.columns[columns[at % feature.width]]);
    }
  }
  return data.place(row);
}

}  // namespace gradsmith::runtime
