#include "runtime/dataset.hpp"

#include <catch2/catch.hpp>

#include "runtime/gzip.hpp"
#include "runtime/idx.hpp"
#include "runtime/table.hpp"

using namespace gradsmith::runtime;

namespace {

std::string error_of(const std::string& text, const std::string& column = "") {
  try {
    const Dataset data = parse_dataset(text, "d.csv");
    if (!column.empty()) data.find(column);
  } catch (const DataError& error) {
    return error.what();
  }
  return "no error";
}

std::string big_endian(std::uint32_t n) {
  return {static_cast<char>(n >> 24U), static_cast<char>(n >> 16U), static_cast<char>(n >> 8U),
          static_cast<char>(n)};
}

}  // namespace

TEST_CASE("fields may be quoted, and blanks and empty lines do not matter") {
  const Dataset d = parse_dataset("a, \"b, \"\"c\"\"\"\r\n\n 1 ,\"2\"\r\n+3e1,-4\n\n", "d.csv");
  REQUIRE(d.columns.size() == 2);
  CHECK(d.columns[1].name == "b, \"c\"");
  CHECK(d.columns[0].numbers == std::vector<double>{1, 30});
  CHECK(d.columns[1].numbers == std::vector<double>{2, -4});
  CHECK(d.place(1) == "d.csv:4");
}

TEST_CASE("what is wrong with a file is said with its line and column") {
  CHECK(error_of("") == "d.csv:1:1: the file is empty");
  CHECK(error_of("a,b\n") == "d.csv:2:1: there are no rows below the column names");
  CHECK(error_of("a,a\n1,2\n") == "d.csv:1:3: the column 'a' is there twice");
  CHECK(error_of("a,\n1,2\n") == "d.csv:1:3: a column has no name");
  CHECK(error_of("a,b\n1\n") == "d.csv:2:1: the row has 1 fields, and there are 2 columns");
  CHECK(error_of("a,b\n1,\"2\n") == "d.csv:2:3: this quote has no end");
  CHECK(error_of("a,b\n1,\"2\"3\n") == "d.csv:2:3: there is something behind the closing quote");
}

TEST_CASE("a field that is no finite number matters where its column is used") {
  const std::string text = "a,b,c\n1,2,3\n4, x5,nan\n";
  CHECK(error_of(text, "a") == "no error");
  CHECK(error_of(text, "b") == "d.csv:3:4: 'x5' in column 'b' is no number");
  CHECK(error_of(text, "c") == "d.csv:3:7: 'nan' in column 'c' is not finite");
  CHECK(error_of("a,b\n1,\n", "b") ==
        "d.csv:2:3: '' in column 'b' is no number, but an empty field");
  CHECK(error_of(text, "d") == "d.csv:1: there is no column 'd'; there are: a, b, c");
}

TEST_CASE("an IDX file of labels is a column, of pictures a column for each pixel") {
  const std::string labels =
      std::string("\0\0\x08\x01", 4) + big_endian(3) + std::string("\x07\x00\xff", 3);
  REQUIRE(is_idx(labels));
  const Dataset d = parse_idx(labels, "labels");
  CHECK(d.columns[0].name == "label");
  CHECK(d.columns[0].numbers == std::vector<double>{7, 0, 255});

  const std::string pictures = std::string("\0\0\x0b\x03", 4) + big_endian(1) + big_endian(1) +
                               big_endian(2) + std::string("\xff\xff\x01\x00", 4);
  const Dataset p = parse_idx(pictures, "pictures");
  REQUIRE(p.columns.size() == 2);
  CHECK(p.columns[1].name == "pixel_0_1");
  CHECK(p.columns[0].numbers[0] == -1);
  CHECK(p.columns[1].numbers[0] == 256);
}

TEST_CASE("an IDX file whose length is not what its header says is refused") {
  const std::string cut = std::string("\0\0\x08\x01", 4) + big_endian(3) + "ab";
  CHECK_THROWS_AS(parse_idx(cut, "labels"), DataError);
  CHECK_THROWS_AS(parse_idx(cut + "cd", "labels"), DataError);
  const std::string huge = std::string("\0\0\x08\x03", 4) + big_endian(1) +
                           big_endian(0xffffffffU) + big_endian(0xffffffffU);
  CHECK_THROWS_AS(parse_idx(huge, "labels"), DataError);
}

TEST_CASE("bytes that are not gzipped are left alone, and broken gzip is an error") {
  CHECK(unzipped("a,b\n", "d.csv") == "a,b\n");
  CHECK_THROWS_AS(unzipped("\x1f\x8b broken", "d.csv.gz"), DataError);
}

TEST_CASE("files side by side must have as many rows, and no column twice") {
  const Dataset a = parse_dataset("a\n1\n", "a.csv");
  CHECK(joined({a, parse_dataset("b\n2\n", "b.csv")}).columns.size() == 2);
  CHECK_THROWS_AS(joined({a, parse_dataset("b\n2\n3\n", "b.csv")}), DataError);
  CHECK_THROWS_AS(joined({a, a}), DataError);
}
