#include "emit/row_pointers.hpp"

#include <catch2/catch.hpp>

#include "emit/print_cpp.hpp"

namespace gradsmith::test {
namespace {

Expression local(const std::string& n) { return name(Element::Index, n); }
Expression sum(const std::string& base, std::int64_t constant) {
  return apply(Op::Add, {local(base), literal(Element::Index, constant)});
}
const Expression kValue = name(Element::F64, "v");
Place flat(const std::string& array) { return {array, {Access{"", 0, 0, false}}}; }
Expression element(const std::string& array, Expression subscript) {
  return read(Element::F64, flat(array), {std::move(subscript)});
}
Statement define(const std::string& name, Expression value) { return {Define{name, value, ""}}; }
Statement set(const std::string& array, Expression subscript, Expression value) {
  return {Assign{flat(array), std::move(value), "", {std::move(subscript)}}};
}
/// `row = 12 * i`
Statement row_of(const std::string& row, const std::string& index) {
  return define(row, apply(Op::Mul, {literal(Element::Index, std::int64_t{12}), local(index)}));
}

std::string pointed(std::vector<Statement> statements, std::set<std::string> taken = {}) {
  Block block{std::move(statements)};
  point_to_rows(block, std::move(taken));
  return "\n" + cpp_block(block, {"double ", ""}, 0);
}

}  // namespace

TEST_CASE("three elements of a row are those of a pointer to it") {
  CHECK(pointed({row_of("row_1", "i"), define("at_1", sum("row_1", 1)),
                 set("y", local("row_1"), element("x", local("row_1"))),
                 set("y", local("at_1"), element("x", sum("row_1", 2))),
                 set("y", sum("at_1", 4), element("x", local("at_1")))}) == R"(
const int row_1 = 12 * i;
const double* const x_row = x + row_1;
double* const y_row = y + row_1;
y_row[0] = x_row[0];
y_row[1] = x_row[2];
y_row[5] = x_row[1];
)");
}

TEST_CASE("a row that only one pointer wants has no name of its own, nor what is taken") {
  CHECK(pointed({row_of("row_1", "i"), set("y", local("row_1"), element("y", sum("row_1", 1))),
                 set("y", sum("row_1", 2), kValue)},
                {"y_row"}) == R"(
double* const y_row_2 = y + 12 * i;
y_row_2[0] = y_row_2[1];
y_row_2[2] = v;
)");
}

TEST_CASE("the pointer points to an element that is there") {
  CHECK(pointed({row_of("row_1", "i"), set("y", sum("row_1", -2), kValue),
                 set("y", sum("row_1", 3), kValue), set("y", local("row_1"), kValue)}) ==
        R"(
const int row_1 = 12 * i;
double* const y_row = y + (row_1 - 2);
y_row[0] = v;
y_row[5] = v;
y_row[2] = v;
)");
}

TEST_CASE("an element that only one side of a choice reads is not what the pointer points to") {
  const Expression maybe = choose(name(Element::Bool, "p"), element("y", sum("row_1", -3)), kValue);
  CHECK(pointed({row_of("row_1", "i"), set("y", local("row_1"), maybe),
                 set("y", sum("row_1", 1), kValue), set("y", sum("row_1", 2), kValue)}) == R"(
double* const y_row = y + 12 * i;
y_row[0] = p ? y_row[-3] : v;
y_row[1] = v;
y_row[2] = v;
)");
}

TEST_CASE("elements of branches and loops follow a pointer, and make none outside") {
  const auto element_if = [](std::int64_t k) {
    return Statement{Branch{name(Element::Bool, "p"), {{set("y", sum("row_1", k), kValue)}}, {}}};
  };
  const std::string separate =
      pointed({row_of("row_1", "i"), element_if(0), element_if(1), element_if(2)});
  CHECK(separate.find("y_row") == std::string::npos);
  CHECK(pointed({row_of("row_1", "i"), set("y", local("row_1"), kValue),
                 set("y", sum("row_1", 1), kValue), set("y", sum("row_1", 2), kValue),
                 element_if(7)}) == R"(
double* const y_row = y + 12 * i;
y_row[0] = v;
y_row[1] = v;
y_row[2] = v;
if (p) {
  y_row[7] = v;
}
)");
}

TEST_CASE("elements that no computed row has in common keep their subscripts") {
  // Beside a loop's index; two of them; in a function that may return before.
  const auto stencil = [](const std::string& base) {
    return std::vector<Statement>{set("y", local(base), element("x", sum(base, -1))),
                                  set("y", local(base), element("x", sum(base, 1))),
                                  set("y", local(base), element("x", local(base)))};
  };
  Block body{stencil("i")};
  CHECK(pointed({{Loop{"i", literal(Element::Index, std::int64_t{0}), local("n"), 1, body, ""}}})
            .find("_row") == std::string::npos);
  CHECK(pointed({row_of("row_1", "i"), set("y", local("row_1"), element("y", sum("row_1", 1)))})
            .find("_row") == std::string::npos);
  std::vector<Statement> early = stencil("row_1");
  early.insert(early.begin(), row_of("row_1", "i"));
  CHECK(pointed(early).find("x_row") != std::string::npos);
  early.insert(early.begin() + 1, {Branch{name(Element::Bool, "p"), {{{Return{local("i")}}}}, {}}});
  CHECK(pointed(early).find("_row[") == std::string::npos);
}

TEST_CASE("a row that an array holds is read before the array changes") {
  Statement row = define("row_1", read(Element::Index, flat("k"), {local("i")}));
  const std::vector<Statement> uses{set("y", local("row_1"), kValue),
                                    set("y", sum("row_1", 1), kValue),
                                    set("y", sum("row_1", 2), kValue)};
  std::vector<Statement> all{row};
  all.insert(all.end(), uses.begin(), uses.end());
  CHECK(pointed(all).find("double* const y_row = y + k[i];") != std::string::npos);
  all.insert(all.begin() + 1, set("k", local("i"), literal(Element::Index, std::int64_t{3})));
  CHECK(pointed(all).find("double* const y_row = y + row_1;") != std::string::npos);
}

}  // namespace gradsmith::test
