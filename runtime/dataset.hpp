#pragma once

#include <cstddef>
#include <filesystem>
#include <limits>
#include <memory>
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
  std::size_t file = 0;   // of several side by side, which one it is from
  std::size_t field = 0;  // its place in that file
};

// One of the files that columns are from.
struct DataFile {
  std::string name;                // for messages
  std::vector<std::size_t> lines;  // of each row, counted from 1; none where there are none
  std::size_t names_line = 1;      // where the columns' names stand
  std::shared_ptr<const std::string> text;  // of a file with lines, for the places of its fields
};

// Named columns of numbers, of one length. A column with a fault can be there as long as nobody
// uses it.
struct Dataset {
  std::size_t rows = 0;
  std::vector<Column> columns;
  std::vector<DataFile> files;

  // The place of a column. Throws DataError, naming those that there are, for an unknown one and
  // for one with a fault.
  std::size_t find(const std::string& column) const;

  // "data.csv:12", or "data.csv, sample 11": where a row stands.
  std::string place(std::size_t row) const;

  // "data.csv:12:7": where a column's number of a row stands, in the file that it is from.
  std::string place(std::size_t row, const Column& column) const;

  // "data.csv:1:1", of each file: where the names of columns are.
  std::string place_of_names() const;
};

// Comma-separated fields under one line of column names; fields may stand in double quotes, a quote
// inside doubled. Blanks around a field and empty lines do not matter. Throws DataError for a line
// of names that something else than commas separates, a row of another length, a column named twice
// or without a name, a quote without an end, and a file without rows.
Dataset parse_dataset(std::string text, const std::string& name);

// A CSV file or, by its first bytes, an IDX file, either of them perhaps gzipped. An IDX file of
// one dimension is the column `label`, of three the columns pixel_0_0, pixel_0_1, ...
Dataset read_dataset(const std::filesystem::path& file);

// Columns of several files side by side. Throws DataError unless all have as many rows.
Dataset joined(std::vector<Dataset> parts);

}  // namespace gradsmith::runtime
