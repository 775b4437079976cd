#include "runtime/table.hpp"

#include <charconv>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string_view>

namespace gradsmith::runtime {

namespace {

std::string_view trimmed(std::string_view text) {
  const std::string_view space = " \t\r";
  const std::size_t first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> fields;
  while (true) {
    const std::size_t comma = line.find(',');
    fields.push_back(trimmed(line.substr(0, comma)));
    if (comma == std::string_view::npos) return fields;
    line.remove_prefix(comma + 1);
  }
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

// Where in the file a message points to.
struct Place {
  const std::string& name;
  std::size_t line;

  [[noreturn]] void fail(const std::string& message) const {
    throw DataError(name + ":" + std::to_string(line) + ": " + message);
  }
};

double parse_number(std::string_view field, const std::string& column, const Place& place) {
  double value = 0;
  const char* end = field.data() + field.size();
  const auto [stop, error] = std::from_chars(field.data(), end, value);
  if (error != std::errc() || stop != end || !std::isfinite(value)) {
    place.fail("field '" + column + "': '" + std::string(field) + "' is not a finite number");
  }
  return value;
}

}  // namespace

Table parse_csv(const std::string& text, const std::string& name) {
  Table table;
  std::istringstream lines(text);
  std::string line;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    if (trimmed(line).empty()) continue;
    const Place place{name, number};
    const std::vector<std::string_view> fields = split(line);
    if (table.columns.empty()) {
      table.columns.assign(fields.begin(), fields.end());
      continue;
    }
    if (fields.size() != table.columns.size()) {
      place.fail(std::to_string(fields.size()) + " fields, but " +
                 std::to_string(table.columns.size()) + " columns: " + joined(table.columns));
    }
    std::vector<double>& row = table.rows.emplace_back();
    for (std::size_t i = 0; i < fields.size(); ++i) {
      row.push_back(parse_number(fields[i], table.columns[i], place));
    }
  }
  if (table.columns.empty()) throw DataError(name + ": no line of column names");
  if (table.rows.empty()) throw DataError(name + ": no data below the column names");
  return table;
}

Table read_csv(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  // A folder opens, but cannot be read.
  if (!stream || !(text << stream.rdbuf())) {
    throw DataError(file.string() + ": cannot be read, or is empty");
  }
  return parse_csv(text.str(), file.string());
}

void require_columns(const Table& table, const std::vector<std::string>& columns,
                     const std::string& name) {
  if (table.columns == columns) return;
  throw DataError(name + ":1: the columns must be " + joined(columns) + ", not " +
                  joined(table.columns));
}

}  // namespace gradsmith::runtime
