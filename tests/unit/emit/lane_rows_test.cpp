#include "emit/lane_rows.hpp"

#include <catch2/catch.hpp>

#include "emit/print_cpp.hpp"

namespace gradsmith::test {
namespace {

Expression local(const std::string& n) { return name(Element::Index, n); }
Expression number(std::int64_t n) { return literal(Element::Index, n); }
Expression plus(Expression a, Expression b) { return apply(Op::Add, {std::move(a), std::move(b)}); }
Place flat(const std::string& array) { return {array, {Access{"", 0, 0, false}}}; }
Expression element(const std::string& array, Expression subscript) {
  return read(Element::F64, flat(array), {std::move(subscript)});
}
Statement set(const std::string& array, Expression subscript, Expression value) {
  return {Assign{flat(array), std::move(value), "", {std::move(subscript)}}};
}

/// The statements in a loop over k from 0 to `end`, in a loop over i.
std::string pointed(std::vector<Statement> statements, Expression end = number(8)) {
  Loop inner{"k", number(0), std::move(end), 1, {std::move(statements)}, ""};
  Loop outer{"i", number(0), local("n"), 1, {{Statement{std::move(inner)}}}, ""};
  Block block{{Statement{std::move(outer)}}};
  std::set<std::string> taken{"y_row"};
  point_to_lanes(block, taken);
  return "\n" + cpp_block(block, {"double ", ""}, 0);
}

const Expression kRow = apply(Op::Mul, {local("i"), local("n")});

}  // namespace

TEST_CASE("what eight trips go through are elements of a pointer") {
  CHECK(pointed({{Define{"at", plus(number(1), plus(local("row"), local("k"))), ""}},
                 set("t", local("k"), element("x", plus(kRow, local("at")))),
                 set("y", local("at"),
                     element("x", plus(kRow, apply(Op::Sub, {local("at"), number(1)}))))}) == R"(
for (int i = 0; i < n; ++i) {
  const double* const x_row = x + (i * n + row);
  double* const y_row_2 = y + (row + 1);
  for (int k = 0; k < 8; ++k) {
    const int at = 1 + (row + k);
    t[k] = x_row[k + 1];
    y_row_2[k] = x_row[k];
  }
}
)");
}

TEST_CASE("what a loop may not access, or goes through otherwise, stays as it is") {
  const auto same = [](std::vector<Statement> statements, Expression end = number(8)) {
    const std::string text = pointed(std::move(statements), std::move(end));
    INFO(text);
    CHECK(text.find("_row") == std::string::npos);
  };
  const Expression beside = plus(kRow, local("k"));
  // The number of trips is not known; every other element; a place that is read; one of two sides.
  same({set("t", local("k"), element("x", beside))}, local("n"));
  same({set("t", local("k"), element("x", plus(beside, local("k"))))});
  same({set("t", local("k"), element("x", plus(local("k"), element("t", local("k")))))});
  const Expression maybe = choose(name(Element::Bool, "p"), element("x", beside), local("k"));
  same({set("t", local("k"), maybe)});
  // A local of a trip that is no integer.
  same({{Define{"v", element("z", local("k")), ""}},
        set("t", local("k"), element("x", plus(local("v"), local("k"))))});
}

TEST_CASE("the pointer is to an element that is certainly accessed") {
  const Expression maybe =
      choose(name(Element::Bool, "p"), element("x", plus(kRow, plus(local("k"), number(-3)))),
             element("x", plus(kRow, plus(local("k"), number(2)))));
  CHECK(pointed({set("t", local("k"), maybe),
                 set("t", local("k"), element("x", plus(local("k"), plus(kRow, number(1)))))}) ==
        R"(
for (int i = 0; i < n; ++i) {
  const double* const x_row = x + (i * n + 1);
  for (int k = 0; k < 8; ++k) {
    t[k] = p ? x_row[k - 4] : x_row[k + 1];
    t[k] = x_row[k];
  }
}
)");
}

}  // namespace gradsmith::test
