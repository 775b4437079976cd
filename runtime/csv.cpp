#include "runtime/csv.hpp"

#include <cctype>

#include "runtime/data_error.hpp"

namespace gradsmith::runtime {

std::vector<CsvField> CsvReader::record() {
  std::vector<CsvField> fields;
  while (true) {
    fields.push_back(field());
    if (at_end() || text_[at_] != ',') break;
    ++at_;
  }
  if (!at_end()) end_line();
  if (fields.size() == 1 && fields[0].text.empty()) fields.clear();
  return fields;
}

void CsvReader::fail(const CsvField& field, const std::string& what) const {
  throw DataError(place_of(name_, field) + ": " + what);
}

void CsvReader::end_line() {
  const bool two = text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n';
  at_ += two ? 2 : 1;
  ++line_;
  start_ = at_;
}

CsvField CsvReader::field() {
  while (!at_end() && at_blank()) ++at_;
  CsvField result{"", line_, at_ - start_ + 1, false};
  if (!at_end() && text_[at_] == '"') return quoted(std::move(result));
  while (!at_end() && text_[at_] != ',' && !at_line_end()) result.text += text_[at_++];
  while (!result.text.empty() && std::isspace(static_cast<unsigned char>(result.text.back()))) {
    result.text.pop_back();
  }
  return result;
}

CsvField CsvReader::quoted(CsvField result) {
  result.quoted = true;
  ++at_;
  while (true) {
    if (at_end()) fail(result, "this quote has no end");
    if (text_[at_] == '"') {
      if (at_ + 1 >= text_.size() || text_[at_ + 1] != '"') break;
      ++at_;
    }
    if (at_line_end()) {
      const std::size_t before = at_;
      end_line();
      result.text += text_.substr(before, at_ - before);
      continue;
    }
    result.text += text_[at_++];
  }
  const std::size_t end = ++at_;
  while (!at_end() && at_blank()) ++at_;
  if (!at_end() && text_[at_] != ',' && !at_line_end()) {
    const std::size_t tab = text_.substr(0, at_).find('\t', end);
    const std::size_t other = tab == std::string_view::npos ? at_ : tab;
    if (const std::string why = why_not_separated(text_[other]); !why.empty()) {
      fail({"", line_, other - start_ + 1, false}, why);
    }
    fail(result, "there is something behind the closing quote");
  }
  return result;
}

std::string why_not_separated(char c) {
  const char* what = c == ';' ? "semicolons" : c == '\t' ? "tabs" : c == '|' ? "bars" : "";
  if (*what == '\0') return "";
  return std::string("fields are separated by ") + what +
         ", and commas are expected between them, and points in numbers";
}

std::string place_of(const std::string& file, const CsvField& field) {
  return file + ":" + std::to_string(field.line) + ":" + std::to_string(field.column);
}

}  // namespace gradsmith::runtime
