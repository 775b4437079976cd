#include "runtime/dataset.hpp"

#include <catch2/catch.hpp>

#include "runtime/data_error.hpp"
#include "runtime/gzip.hpp"
#include "runtime/idx.hpp"

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
  CHECK(error_of(text, "d") == "d.csv:1:1: there is no column 'd'; there are: a, b, c");
}

TEST_CASE("numbers too small for a double are zero, those too large are not finite") {
  const Dataset d = parse_dataset("a,b\n1e-400,-1e-99999\n4.9e-324,0\n", "d.csv");
  CHECK(d.columns[0].numbers == std::vector<double>{0, 4.9e-324});
  CHECK(d.columns[1].numbers[0] == 0);
  CHECK(error_of("a\n1e999\n", "a") == "d.csv:2:1: '1e999' in column 'a' is not finite");
  CHECK(error_of("a\n-1e99999\n", "a") == "d.csv:2:1: '-1e99999' in column 'a' is not finite");
  for (const std::string field : {"one", "1 2", "0x10", "1e", "1e5x", "--1", "1.2.3", "1,5"}) {
    CHECK(error_of("a\n\"" + field + "\"\n", "a") ==
          "d.csv:2:1: '" + field + "' in column 'a' is no number");
  }
}

TEST_CASE("a message shows the bytes of a field, and says what a file without names may be") {
  CHECK(error_of(std::string("a\n1\0\xff\n", 6), "a") ==
        "d.csv:2:1: '1\\x00\\xff' in column 'a' is no number");
  CHECK(error_of("0,0\n1,2\n") ==
        "d.csv:1:3: the column '0' is there twice (the first line holds the names of the columns)");
  CHECK(error_of("1,2\n3,4\n", "x") ==
        "d.csv:1:1: there is no column 'x'; there are: 1, 2 (the first line holds the names of the "
        "columns)");
}

TEST_CASE("fields that something else than commas separates are said to be, at the first one") {
  CHECK(error_of("x;y\n3;4\n") ==
        "d.csv:1:2: fields are separated by semicolons, and commas are expected between them, and "
        "points in numbers");
  CHECK(error_of("ab\tc\n3\t4\n").starts_with("d.csv:1:3: fields are separated by tabs"));
  CHECK(error_of("\"x;y\"\n3\n", "x;y") == "no error");
  CHECK(
      error_of("\"x\";\"y\"\n3;4\n").starts_with("d.csv:1:4: fields are separated by semicolons"));
  CHECK(error_of("\"x\"\t\"y\"\n3\t4\n").starts_with("d.csv:1:4: fields are separated by tabs"));
}

TEST_CASE("lines may end in a carriage return alone") {
  const Dataset d = parse_dataset("a,b\r1,2\r\r3,4\r", "d.csv");
  REQUIRE(d.columns.size() == 2);
  CHECK(d.columns[1].numbers == std::vector<double>{2, 4});
  CHECK(d.place(1) == "d.csv:4");
  CHECK(error_of("a,b\r1,x\r", "b") == "d.csv:2:3: 'x' in column 'b' is no number");
}

TEST_CASE("the place of a number is that of its field, in the file that its column is from") {
  const Dataset both = joined({parse_dataset("\n\na , b\n1,  2\n\"3\",\"4\"\n", "a.csv"),
                               parse_dataset("c\n5\n6\n", "c.csv")});
  CHECK(both.place(0, both.columns[1]) == "a.csv:4:5");
  CHECK(both.place(1, both.columns[1]) == "a.csv:5:5");
  CHECK(both.place(1, both.columns[2]) == "c.csv:3:1");
  CHECK(both.place_of_names() == "a.csv:3:1, c.csv:1:1");
}

TEST_CASE("a file that cannot be read is named, a folder too") {
  CHECK_THROWS_WITH(read_dataset("no/such/file.csv"), Catch::Contains("no/such/file.csv: cannot"));
  CHECK_THROWS_WITH(read_dataset("."), Catch::Contains("is a folder"));
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

TEST_CASE("gzipped files one behind the other are one, and what is not gzipped there is an error") {
  // By gzip -n: "a\n1\n" and "2\n".
  const std::string first(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b\xe4\x32\xe4\x02\x00"
      "\x00\x24\xc1\x89\x04\x00\x00\x00",
      24);
  const std::string second(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x33\xe2\x02\x00\x90\xaf"
      "\x7c\x4c\x02\x00\x00\x00",
      22);
  if (has_zlib()) CHECK(unzipped(first + second, "d.csv.gz") == "a\n1\n2\n");
  CHECK_THROWS_AS(unzipped(first + "more", "d.csv.gz"), DataError);
  CHECK_THROWS_AS(unzipped(first + second.substr(0, 15), "d.csv.gz"), DataError);
}

TEST_CASE("files side by side must have as many rows, and no column twice") {
  const Dataset a = parse_dataset("a\n1\n", "a.csv");
  CHECK(joined({a, parse_dataset("b\n2\n", "b.csv")}).columns.size() == 2);
  CHECK_THROWS_AS(joined({a, parse_dataset("b\n2\n3\n", "b.csv")}), DataError);
  CHECK_THROWS_AS(joined({a, a}), DataError);
}

TEST_CASE("what is wrong in one of several files is said to be there") {
  const Dataset both =
      joined({parse_dataset("a\n1\n2\n", "a.csv"), parse_dataset("b\n\n3\n4\n", "b.csv"),
              parse_dataset("c\n5\n6\n", "c.csv")});
  CHECK(both.place(1) == "a.csv:3");
  CHECK(both.place(1, both.columns[both.find("a")]) == "a.csv:3:1");
  CHECK(both.place(1, both.columns[both.find("b")]) == "b.csv:4:1");
  CHECK(both.place(1, both.columns[both.find("c")]) == "c.csv:3:1");
  CHECK_THROWS_WITH(both.find("d"),
                    Catch::StartsWith("a.csv:1:1, b.csv:1:1, c.csv:1:1: there is no column 'd'"));
}
