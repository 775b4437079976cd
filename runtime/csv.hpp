#pragma once

// Comma-separated fields, record by record.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gradsmith::runtime {

struct CsvField {
  std::string text;
  std::size_t line = 1;
  std::size_t column = 1;  // in bytes
  bool quoted = false;
};

// Goes over a text once. Lines end in LF, CR LF or CR. `text` and `name`, the file's for messages,
// must live as long.
class CsvReader {
 public:
  CsvReader(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  bool at_end() const { return at_ >= text_.size(); }

  // The fields up to the end of the line; none for an empty line. Throws DataError for a quote
  // without an end and for something behind one.
  std::vector<CsvField> record();

 private:
  [[noreturn]] void fail(const CsvField& field, const std::string& what) const;
  bool at_line_end() const { return text_[at_] == '\n' || text_[at_] == '\r'; }
  bool at_blank() const { return text_[at_] == ' ' || text_[at_] == '\t'; }
  void end_line();
  CsvField field();
  CsvField quoted(CsvField result);

  std::string_view text_;
  const std::string& name_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t start_ = 0;  // of the line
};

// What is said of fields that a semicolon, a tab or a bar separates; empty for other characters.
std::string why_not_separated(char c);

// "file:line:column"
std::string place_of(const std::string& file, const CsvField& field);

}  // namespace gradsmith::runtime
