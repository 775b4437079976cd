#include "emit/expression.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "emit/cpp_expression.hpp"

namespace gradsmith {
namespace {

Expression x() { return name(Element::F64, "x"); }
Expression y() { return name(Element::F64, "y"); }
Expression number(double value) { return literal(Element::F64, value); }
Expression negated(Expression e) { return apply(Op::Neg, {std::move(e)}); }

std::string sum(Expression a, Expression b) {
  return cpp_expression(apply(Op::Add, {std::move(a), std::move(b)}));
}
std::string difference(Expression a, Expression b) {
  return cpp_expression(apply(Op::Sub, {std::move(a), std::move(b)}));
}

}  // namespace

TEST_CASE("a sum with a negative term is a difference") {
  CHECK(sum(x(), negated(y())) == "x - y");
  CHECK(sum(x(), number(-2)) == "x - 2.0");
  CHECK(sum(negated(x()), y()) == "y - x");
  CHECK(sum(number(-2), y()) == "y - 2.0");
  CHECK(sum(number(-0.0), y()) == "y - 0.0");
  CHECK(sum(negated(x()), negated(y())) == "-x - y");
}

TEST_CASE("a difference with a negative second term is a sum") {
  CHECK(difference(x(), negated(y())) == "x + y");
  CHECK(difference(x(), number(-2)) == "x + 2.0");
  CHECK(difference(negated(x()), y()) == "-x - y");
}

TEST_CASE("signs move only where every bit stays: all pairs of special values agree") {
  const double values[] = {0.0, -0.0, 1.5, -2.25, 1e308, -1e308, INFINITY, -INFINITY, 5e-324};
  const auto same = [](double a, double b) {
    return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
  };
  for (const double a : values) {
    for (const double b : values) {
      CHECK(same(a + -b, a - b));
      CHECK(same(-a + b, b - a));
      CHECK(same(a - -b, a + b));
    }
  }
}

TEST_CASE("integers move their signs too, but for the one that has no opposite") {
  const Expression n = name(Element::Index, "n");
  const auto integer = [](std::int64_t value) { return literal(Element::Index, value); };
  CHECK(sum(n, integer(-3)) == "n - 3");
  CHECK(sum(n, integer(std::numeric_limits<std::int64_t>::min())) ==
        "n + (-9223372036854775807 - 1)");
}

TEST_CASE("an expression mentions what it reads, in subscripts too") {
  const Place element{"w", {{"", 0, 0}}};
  const Expression e = read(Element::F64, element, {name(Element::Index, "i")});
  CHECK(mentions(e, "w"));
  CHECK(mentions(e, "i"));
  CHECK_FALSE(mentions(e, "x"));
}

}  // namespace gradsmith
