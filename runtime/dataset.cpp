#include "runtime/dataset.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "runtime/csv.hpp"
#include "runtime/data_error.hpp"
#include "runtime/files.hpp"
#include "runtime/gzip.hpp"
#include "runtime/idx.hpp"

namespace gradsmith::runtime {

namespace {

// The whole text as a number, in whatever locale; nothing where it is none.
std::optional<double> number_of(const std::string& text) {
  const char* begin = text.data();
  const char* end = begin + text.size();
  if (begin != end && *begin == '+') ++begin;
  double number = 0;
  const auto [stop, error] = std::from_chars(begin, end, number);
  if (stop != end || begin == end) return {};
  if (error == std::errc()) return number;
  if (error != std::errc::result_out_of_range) return {};
  // Too large or too small, and from_chars does not say which; a long double holds more exponents.
  long double wide = 0;
  if (std::from_chars(begin, end, wide).ec == std::errc()) return static_cast<double>(wide);
  const std::size_t e = text.find_first_of("eE");
  const bool small = e != std::string::npos && text.find('-', e) != std::string::npos;
  return small ? 0 : std::numeric_limits<double>::infinity();
}

// For messages: control characters would hide what follows them.
std::string shown(const std::string& text) {
  std::string result;
  for (const char c : text.substr(0, 40)) {
    const auto byte = static_cast<unsigned char>(c);
    char code[8];
    std::snprintf(code, sizeof code, "\\x%02x", byte);
    result += byte < 0x20 || byte >= 0x7f ? std::string(code) : std::string(1, c);
  }
  return "'" + result + (text.size() > 40 ? "...'" : "'");
}

void add_number(Column& column, const CsvField& field, const std::string& name) {
  const std::optional<double> found = number_of(field.text);
  const bool is_number = found.has_value();
  const double number = found.value_or(std::nan(""));
  if (!std::isfinite(number) && column.fault.empty()) {
    column.faulty_row = column.numbers.size();
    column.fault =
        place_of(name, field) + ": " + shown(field.text) + " in column '" + column.name + "' is ";
    column.fault += field.text.empty() ? "no number, but an empty field"
                    : is_number        ? "not finite"
                                       : "no number";
  }
  column.numbers.push_back(number);
}

constexpr const char* kNamesFirst = " (the first line holds the names of the columns)";

// What a file whose first line is no line of names may be.
std::string why_odd(const std::vector<Column>& columns) {
  if (std::all_of(columns.begin(), columns.end(),
                  [](const Column& c) { return number_of(c.name).has_value(); })) {
    return kNamesFirst;
  }
  if (std::any_of(columns.begin(), columns.end(), [](const Column& c) {
        return c.name.find_first_of(",:+\"") != std::string::npos;
      })) {
    return " (in --columns a name with , : + or a quote in it stands in double quotes)";
  }
  return "";
}

std::string place_in(const DataFile& file, std::size_t row) {
  if (row < file.lines.size()) return file.name + ":" + std::to_string(file.lines[row]);
  return file.name + ", sample " + std::to_string(row);
}

// Some programs begin their files with a byte order mark.
std::string_view without_mark(std::string_view text) {
  return text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text;
}

// The place of a field of a row, for which its file is gone through again: only messages need it.
std::string place_in(const DataFile& file, std::size_t row, std::size_t field) {
  if (row >= file.lines.size() || !file.text) return place_in(file, row);
  CsvReader reader(without_mark(*file.text), file.name);
  while (!reader.at_end()) {
    const std::vector<CsvField> fields = reader.record();
    if (fields.empty() || fields[0].line != file.lines[row]) continue;
    return field < fields.size() ? place_of(file.name, fields[field]) : place_in(file, row);
  }
  return place_in(file, row);
}

std::string place_of_names(const DataFile& file) {
  if (file.lines.empty()) return file.name;
  return file.name + ":" + std::to_string(file.names_line) + ":1";
}

void refuse_other_separators(const std::vector<CsvField>& names, const std::string& file) {
  if (names.size() != 1 || names[0].quoted) return;
  const std::size_t at = names[0].text.find_first_of(";\t|");
  if (at == std::string::npos) return;
  throw DataError(place_of(file, {"", names[0].line, names[0].column + at, false}) + ": " +
                  why_not_separated(names[0].text[at]));
}

}  // namespace

std::string Dataset::place_of_names() const {
  std::string places;
  for (const DataFile& file : files) {
    places += (places.empty() ? "" : ", ") + runtime::place_of_names(file);
  }
  return places;
}

std::size_t Dataset::find(const std::string& column) const {
  std::string names;
  for (std::size_t k = 0; k < columns.size(); ++k) {
    if (columns[k].name == column) {
      if (!columns[k].fault.empty()) throw DataError(columns[k].fault);
      return k;
    }
    if (k < 20) names += (k == 0 ? "" : ", ") + columns[k].name;
    if (k == 20) names += ", ...";
  }
  throw DataError(place_of_names() + ": there is no column '" + column + "'; there are: " + names +
                  why_odd(columns));
}

std::string Dataset::place(std::size_t row) const {
  return files.empty() ? "sample " + std::to_string(row) : place_in(files.front(), row);
}

std::string Dataset::place(std::size_t row, const Column& column) const {
  return place_in(files.at(column.file), row, column.field);
}

Dataset parse_dataset(std::string text, const std::string& name) {
  Dataset result;
  DataFile& file = result.files.emplace_back();
  file.name = name;
  file.text = std::make_shared<const std::string>(std::move(text));
  CsvReader reader(without_mark(*file.text), name);
  std::set<std::string> seen;
  while (!reader.at_end() && result.columns.empty()) {
    const std::vector<CsvField> names = reader.record();
    refuse_other_separators(names, name);
    for (const CsvField& field : names) {
      if (field.text.empty())
        throw DataError(place_of(name, field) + ": " + "a column has no name");
      if (!seen.insert(field.text).second) {
        throw DataError(place_of(name, field) + ": " + "the column '" + field.text +
                        "' is there twice" + (number_of(field.text) ? kNamesFirst : ""));
      }
      file.names_line = field.line;
      Column& column = result.columns.emplace_back();
      column.name = field.text;
      column.field = result.columns.size() - 1;
    }
  }
  if (result.columns.empty()) throw DataError(name + ":1:1: the file is empty");
  while (!reader.at_end()) {
    const std::vector<CsvField> fields = reader.record();
    if (fields.empty()) continue;
    if (fields.size() != result.columns.size()) {
      throw DataError(place_of(name, fields.back()) + ": " + "the row has " +
                      std::to_string(fields.size()) + " fields, and there are " +
                      std::to_string(result.columns.size()) + " columns");
    }
    for (std::size_t k = 0; k < fields.size(); ++k) add_number(result.columns[k], fields[k], name);
    file.lines.push_back(fields[0].line);
    ++result.rows;
  }
  if (result.rows == 0) throw DataError(name + ":2:1: there are no rows below the column names");
  return result;
}

Dataset read_dataset(const std::filesystem::path& file) {
  std::string bytes = unzipped(read_whole(file), file.string());
  if (is_idx(bytes)) return parse_idx(bytes, file.string());
  return parse_dataset(std::move(bytes), file.string());
}

Dataset joined(std::vector<Dataset> parts) {
  if (parts.empty()) throw DataError("there is no data file");
  Dataset result = std::move(parts.front());
  for (std::size_t k = 1; k < parts.size(); ++k) {
    Dataset& part = parts[k];
    const std::string& name = part.files.front().name;
    if (part.rows != result.rows) {
      throw DataError(name + ": it has " + std::to_string(part.rows) + " samples, and " +
                      result.files.front().name + " has " + std::to_string(result.rows));
    }
    for (Column& column : part.columns) {
      for (const Column& other : result.columns) {
        if (other.name != column.name) continue;
        throw DataError(part.place_of_names() + ": the column '" + column.name + "' is in " +
                        result.files[other.file].name + " too");
      }
      column.file = result.files.size();
    }
    result.files.push_back(std::move(part.files.front()));
    for (Column& column : part.columns) result.columns.push_back(std::move(column));
  }
  return result;
}

}  // namespace gradsmith::runtime
