#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace gradsmith::runtime {

// A file of data that cannot be used; the message names the file, the line and the field.
class DataError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Named columns of numbers.
struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<double>> rows;
};

// Reads comma-separated numbers under one line of column names. Empty lines and spaces around a
// field do not matter; anything that is not a finite number, or a row of another length, is a
// DataError.
Table read_csv(const std::filesystem::path& file);

// The same from text; `name` stands for the file in messages.
Table parse_csv(const std::string& text, const std::string& name);

// DataError unless the columns are exactly these.
void require_columns(const Table& table, const std::vector<std::string>& columns,
                     const std::string& name);

}  // namespace gradsmith::runtime
