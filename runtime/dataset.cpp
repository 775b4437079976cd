#include "runtime/dataset.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>
#include <set>

#include "runtime/data_error.hpp"
#include "runtime/files.hpp"
#include "runtime/gzip.hpp"
#include "runtime/idx.hpp"

namespace gradsmith::runtime {

namespace {

struct Field {
  std::string text;
  std::size_t line = 1;
  std::size_t column = 1;
};

// Goes over the text once, record by record.
class Reader {
 public:
  Reader(const std::string& text, const std::string& name) : text_(text), name_(name) {}

  bool at_end() const { return at_ >= text_.size(); }

  // The fields up to the end of the line; none for an empty line.
  std::vector<Field> record() {
    std::vector<Field> fields;
    while (true) {
      fields.push_back(field());
      if (at_end() || text_[at_] != ',') break;
      ++at_;
    }
    if (!at_end()) ++at_;  // the end of the line
    ++line_;
    start_ = at_;
    if (fields.size() == 1 && fields[0].text.empty()) fields.clear();
    return fields;
  }

 private:
  [[noreturn]] void fail(const Field& field, const std::string& what) const {
    throw DataError(name_ + ":" + std::to_string(field.line) + ":" + std::to_string(field.column) +
                    ": " + what);
  }

  bool blank() const { return text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r'; }

  Field field() {
    while (!at_end() && blank()) ++at_;
    Field result{"", line_, at_ - start_ + 1};
    if (!at_end() && text_[at_] == '"') return quoted(result);
    while (!at_end() && text_[at_] != ',' && text_[at_] != '\n') result.text += text_[at_++];
    while (!result.text.empty() && std::isspace(static_cast<unsigned char>(result.text.back()))) {
      result.text.pop_back();
    }
    return result;
  }

  Field quoted(Field result) {
    ++at_;
    while (true) {
      if (at_end()) fail(result, "this quote has no end");
      if (text_[at_] == '"') {
        if (at_ + 1 >= text_.size() || text_[at_ + 1] != '"') break;
        ++at_;
      }
      if (text_[at_] == '\n') {
        ++line_;
        start_ = at_ + 1;
      }
      result.text += text_[at_++];
    }
    ++at_;
    while (!at_end() && blank()) ++at_;
    if (!at_end() && text_[at_] != ',' && text_[at_] != '\n') {
      fail(result, "there is something behind the closing quote");
    }
    return result;
  }

  const std::string& text_;
  const std::string& name_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t start_ = 0;  // of the line
};

std::string where(const std::string& name, const Field& field) {
  return name + ":" + std::to_string(field.line) + ":" + std::to_string(field.column) + ": ";
}

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

void add_number(Column& column, const Field& field, const std::string& name) {
  const std::optional<double> found = number_of(field.text);
  const bool is_number = found.has_value();
  const double number = found.value_or(std::nan(""));
  if (!std::isfinite(number) && column.fault.empty()) {
    column.faulty_row = column.numbers.size();
    column.fault = where(name, field) + shown(field.text) + " in column '" + column.name + "' is ";
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
  if (columns.size() == 1 && columns[0].name.find_first_of(";\t|") != std::string::npos) {
    return " (commas stand between fields)";
  }
  return "";
}

std::string place_in(const std::string& name, const std::vector<std::size_t>& lines,
                     std::size_t row) {
  if (row < lines.size()) return name + ":" + std::to_string(lines[row]);
  return name + ", sample " + std::to_string(row);
}

}  // namespace

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
  std::string files = name + (lines.empty() ? "" : ":1");
  for (const DataFile& file : beside) files += ", " + file.name + (file.lines.empty() ? "" : ":1");
  throw DataError(files + ": there is no column '" + column + "'; there are: " + names +
                  why_odd(columns));
}

std::string Dataset::place(std::size_t row) const { return place_in(name, lines, row); }

std::string Dataset::place(std::size_t row, const Column& column) const {
  if (column.file == 0) return place(row);
  const DataFile& file = beside[column.file - 1];
  return place_in(file.name, file.lines, row);
}

Dataset parse_dataset(const std::string& text, const std::string& name) {
  Dataset result;
  result.name = name;
  // Some programs begin their files with a byte order mark.
  const std::string body = text.rfind("\xEF\xBB\xBF", 0) == 0 ? text.substr(3) : text;
  Reader reader(body, name);
  std::set<std::string> seen;
  while (!reader.at_end() && result.columns.empty()) {
    for (const Field& field : reader.record()) {
      if (field.text.empty()) throw DataError(where(name, field) + "a column has no name");
      if (!seen.insert(field.text).second) {
        throw DataError(where(name, field) + "the column '" + field.text + "' is there twice" +
                        (number_of(field.text) ? kNamesFirst : ""));
      }
      result.columns.push_back({field.text, {}, "", std::numeric_limits<std::size_t>::max()});
    }
  }
  if (result.columns.empty()) throw DataError(name + ":1:1: the file is empty");
  while (!reader.at_end()) {
    const std::vector<Field> fields = reader.record();
    if (fields.empty()) continue;
    if (fields.size() != result.columns.size()) {
      throw DataError(where(name, fields.back()) + "the row has " + std::to_string(fields.size()) +
                      " fields, and there are " + std::to_string(result.columns.size()) +
                      " columns");
    }
    for (std::size_t k = 0; k < fields.size(); ++k) add_number(result.columns[k], fields[k], name);
    result.lines.push_back(fields[0].line);
    ++result.rows;
  }
  if (result.rows == 0) throw DataError(name + ":2:1: there are no rows below the column names");
  return result;
}

Dataset read_dataset(const std::filesystem::path& file) {
  const std::string bytes = unzipped(read_whole(file), file.string());
  if (is_idx(bytes)) return parse_idx(bytes, file.string());
  return parse_dataset(bytes, file.string());
}

Dataset joined(std::vector<Dataset> parts) {
  if (parts.empty()) throw DataError("there is no data file");
  Dataset result = std::move(parts.front());
  for (std::size_t k = 1; k < parts.size(); ++k) {
    Dataset& part = parts[k];
    if (part.rows != result.rows) {
      throw DataError(part.name + ": it has " + std::to_string(part.rows) + " samples, and " +
                      result.name + " has " + std::to_string(result.rows));
    }
    for (Column& column : part.columns) {
      for (const Column& other : result.columns) {
        if (other.name == column.name) {
          const std::string& there =
              other.file == 0 ? result.name : result.beside[other.file - 1].name;
          throw DataError(part.name + ": the column '" + column.name + "' is in " + there + " too");
        }
      }
    }
    result.beside.push_back({part.name, std::move(part.lines)});
    for (Column& column : part.columns) {
      column.file = result.beside.size();
      result.columns.push_back(std::move(column));
    }
  }
  return result;
}

}  // namespace gradsmith::runtime
