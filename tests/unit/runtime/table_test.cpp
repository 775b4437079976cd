#include "runtime/table.hpp"

#include <catch2/catch.hpp>

using Catch::Matchers::Contains;
using gradsmith::runtime::DataError;
using gradsmith::runtime::parse_csv;
using gradsmith::runtime::read_csv;
using gradsmith::runtime::require_columns;
using gradsmith::runtime::Table;

TEST_CASE("a table is its column names and its rows of numbers") {
  const Table table = parse_csv("x, y\r\n1,-2.5e3\r\n\r\n 0 ,4", "t.csv");
  REQUIRE(table.columns == std::vector<std::string>{"x", "y"});
  REQUIRE(table.rows == std::vector<std::vector<double>>{{1, -2500}, {0, 4}});
}

TEST_CASE("a bad field is named by file, line and column") {
  for (const std::string field : {"", "one", "1 2", "0x10", "nan", "inf", "1e999"}) {
    REQUIRE_THROWS_WITH(parse_csv("x,y\n1,2\n3," + field + "\n", "t.csv"),
                        "t.csv:3: field 'y': '" + field + "' is not a finite number");
  }
}

TEST_CASE("a row of another length is named by file and line") {
  REQUIRE_THROWS_WITH(parse_csv("x,y\n1,2,3\n", "t.csv"), "t.csv:2: 3 fields, but 2 columns: x, y");
}

TEST_CASE("a table without names or without data is refused") {
  REQUIRE_THROWS_WITH(parse_csv("\n\n", "t.csv"), "t.csv: no line of column names");
  REQUIRE_THROWS_WITH(parse_csv("x,y\n", "t.csv"), "t.csv: no data below the column names");
}

TEST_CASE("a file that cannot be read is named") {
  REQUIRE_THROWS_AS(read_csv("no/such/file.csv"), DataError);
  REQUIRE_THROWS_WITH(read_csv("no/such/file.csv"), Contains("no/such/file.csv"));
  REQUIRE_THROWS_WITH(read_csv("."), Contains("cannot be read"));
}

TEST_CASE("columns must be the ones that are asked for, in order") {
  const Table table = parse_csv("x,y\n1,2\n", "t.csv");
  REQUIRE_NOTHROW(require_columns(table, {"x", "y"}, "t.csv"));
  REQUIRE_THROWS_WITH(require_columns(table, {"y", "x"}, "t.csv"),
                      "t.csv:1: the columns must be y, x, not x, y");
}
