#pragma once

#include <cstddef>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

namespace gradsmith::runtime {

// A column of a data file.
struct Column {
  std::string name;
  std::vector<double> numbers;
  // The first field that is no finite number: what is wrong with it and where, as
  // file:line:column. Empty: all are.
  std::string fault;
  std::size_t faulty_row = std::numeric_limits<std::size_t>::max();
  std::size_t file = 0;  // of several side by side, which one it is from
};

// A file beside another one.
struct DataFile {
  std::string name;
  std::vector<std::size_t> lines;
};

// Named columns of numbers, of one length. A column with a fault can be there as long as nobody
// uses it.
struct Dataset {
  std::string name;  // of the file, for messages
  std::size_t rows = 0;
  std::vector<Column> columns;
  std::vector<std::size_t> lines;  // of each row, counted from 1; empty for files without lines
  std::vector<DataFile> beside;    // those that columns of `file` 1, 2, ... are from

  // The place of a column. Throws DataError, naming those that there are, for an unknown one and
  // for one with a fault.
  std::size_t find(const std::string& column) const;

  // "data.csv:12", or "data.csv, sample 11": where a row stands.
  std::string place(std::size_t row) const;

  // The same, in the file that a column is from.
  std::string place(std::size_t row, const Column& column) const;
};

// Comma-separated fields under one line of column names; fields may stand in double quotes, a quote
// inside doubled. Blanks around a field and empty lines do not matter. Throws DataError for a row
// of another length, a column named twice or without a name, a quote without an end, and a file
// without rows.
Dataset parse_dataset(const std::string& text, const std::string& name);

// A CSV file or, by its first bytes, an IDX file, either of them perhaps gzipped. An IDX file of
// one dimension is the column `label`, of three the columns pixel_0_0, pixel_0_1, ...
Dataset read_dataset(const std::filesystem::path& file);

// Columns of several files side by side. Throws DataError unless all have as many rows.
Dataset joined(std::vector<Dataset> parts);

}  // namespace gradsmith::runtime
