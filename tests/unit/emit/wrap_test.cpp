#include "emit/wrap.hpp"

#include <catch2/catch.hpp>
#include <sstream>

namespace gradsmith {
namespace {

std::string words(int count, int depth) {
  std::string text = "word00";
  for (int i = 1; i < count; ++i) {
    text += line_break(depth) + "word" + (i < 10 ? "0" : "") + std::to_string(i);
  }
  return text;
}

std::size_t longest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t longest = 0;
  for (std::string line; std::getline(lines, line);) longest = std::max(longest, line.size());
  return longest;
}

}  // namespace

TEST_CASE("what fits stays on one line") {
  CHECK(wrap("a +" + line_break(0) + "b;", 2) == "  a + b;\n");
  CHECK(on_one_line("a +" + line_break(0) + "b") == "a + b");
}

TEST_CASE("a line of exactly 100 columns fits, one more does not") {
  const std::string left(47, 'l');
  CHECK(wrap(left + line_break(0) + std::string(50, 'r'), 2) ==
        "  " + left + " " + std::string(50, 'r') + "\n");
  CHECK(wrap(left + line_break(0) + std::string(51, 'r'), 2) ==
        "  " + left + "\n      " + std::string(51, 'r') + "\n");
}

TEST_CASE("no line is longer than 100 columns, and no word is lost") {
  for (int count = 1; count < 60; ++count) {
    const std::string text = words(count, 0);
    const std::string lines = wrap(text, 6);
    CHECK(longest_line(lines) <= 100);
    std::istringstream in(lines);
    std::string again;
    for (std::string word; in >> word;) again += (again.empty() ? "" : " ") + word;
    CHECK(again == on_one_line(text));
  }
}

TEST_CASE("lines break at the outermost place that will do") {
  const std::string left(40, 'l');
  const std::string middle(30, 'm');
  const std::string right(40, 'r');
  const std::string text = left + " +" + line_break(0) + middle + " *" + line_break(1) + right;
  CHECK(wrap(text, 0) == left + " +\n    " + middle + " * " + right + "\n");
}

TEST_CASE("a comment stands behind the statement, or above it where there is no room") {
  CHECK(wrap("const double x = y;", 2, "spec.cpp:3") == "  const double x = y;  // spec.cpp:3\n");
  const std::string statement(88, 's');
  CHECK(wrap(statement, 2, "notes") == "  " + statement + "  // notes\n");
  CHECK(wrap(statement, 2, "longer") == "  // longer\n  " + statement + "\n");
}

}  // namespace gradsmith
