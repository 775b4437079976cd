#include "emit/cpp_expression.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

namespace gradsmith {
namespace {

const Expression a = name(Element::F64, "a");
const Expression b = name(Element::F64, "b");
const Expression c = name(Element::F64, "c");

Expression op(Op o, const Expression& x, const Expression& y) { return apply(o, {x, y}); }
Expression op(Op o, const Expression& x) { return apply(o, {x}); }

}  // namespace

TEST_CASE("sums and products keep their association, with the fewest parentheses") {
  CHECK(cpp_expression(op(Op::Add, op(Op::Add, a, b), c)) == "a + b + c");
  CHECK(cpp_expression(op(Op::Add, a, op(Op::Add, b, c))) == "a + (b + c)");
  CHECK(cpp_expression(op(Op::Sub, a, op(Op::Sub, b, c))) == "a - (b - c)");
  CHECK(cpp_expression(op(Op::Sub, op(Op::Sub, a, b), c)) == "a - b - c");
  CHECK(cpp_expression(op(Op::Mul, a, op(Op::Mul, b, c))) == "a * (b * c)");
  CHECK(cpp_expression(op(Op::Div, op(Op::Mul, a, b), c)) == "a * b / c");
  CHECK(cpp_expression(op(Op::Mul, a, op(Op::Div, b, c))) == "a * (b / c)");
  CHECK(cpp_expression(op(Op::Div, a, op(Op::Mul, b, c))) == "a / (b * c)");
  CHECK(cpp_expression(op(Op::Mul, op(Op::Add, a, b), c)) == "(a + b) * c");
  CHECK(cpp_expression(op(Op::Add, op(Op::Mul, a, b), c)) == "a * b + c");
}

TEST_CASE("a negation stands before what it negates, and never beside another sign") {
  CHECK(cpp_expression(op(Op::Neg, a)) == "-a");
  CHECK(cpp_expression(op(Op::Neg, op(Op::Neg, a))) == "-(-a)");
  CHECK(cpp_expression(op(Op::Neg, op(Op::Mul, a, b))) == "-(a * b)");
  CHECK(cpp_expression(op(Op::Mul, op(Op::Neg, a), b)) == "-a * b");
  CHECK(cpp_expression(op(Op::Exp, op(Op::Neg, a))) == "std::exp(-a)");
  CHECK(cpp_expression(op(Op::Neg, literal(Element::F64, -2.0))) == "-(-2.0)");
}

TEST_CASE("calls need no parentheses, outside or inside") {
  CHECK(cpp_expression(op(Op::Mul, op(Op::Exp, op(Op::Add, a, b)), c)) == "std::exp(a + b) * c");
  CHECK(cpp_expression(op(Op::Pow, op(Op::Sub, a, b), c)) == "std::pow(a - b, c)");
  CHECK(cpp_expression(apply(Op::Fma, {a, b, c})) == "std::fma(a, b, c)");
}

TEST_CASE("what <cmath> lacks comes from gradsmith_math") {
  CHECK(cpp_expression(op(Op::Polygamma, literal(Element::Index, std::int64_t{1}), a)) ==
        "gradsmith_math::polygamma(1, a)");
}

TEST_CASE("a choice is parenthesised inside other operators, and its condition never needs it") {
  const Expression choice = choose(op(Op::Lt, a, b), op(Op::Add, a, c), b);
  CHECK(cpp_expression(choice) == "a < b ? a + c : b");
  CHECK(cpp_expression(op(Op::Add, choice, c)) == "(a < b ? a + c : b) + c");
  CHECK(cpp_expression(choose(op(Op::Lt, a, b), choice, b)) == "a < b ? (a < b ? a + c : b) : b");
}

TEST_CASE("logic and comparisons are parenthesised where compilers would warn") {
  const Expression p = op(Op::Lt, a, b);
  const Expression q = op(Op::Gt, b, c);
  CHECK(cpp_expression(op(Op::And, p, q)) == "a < b && b > c");
  CHECK(cpp_expression(op(Op::Or, op(Op::And, p, q), q)) == "(a < b && b > c) || b > c");
  CHECK(cpp_expression(op(Op::And, op(Op::Or, p, q), q)) == "(a < b || b > c) && b > c");
  CHECK(cpp_expression(op(Op::Not, p)) == "!(a < b)");
  CHECK(cpp_expression(op(Op::Eq, p, q)) == "(a < b) == (b > c)");
  CHECK(cpp_expression(op(Op::Lt, op(Op::Add, a, b), c)) == "a + b < c");
}

TEST_CASE("elements and members are spelled as C++ does") {
  const Place place{"cam", {{"pose", 0, -1}, {"t", 0, -1}, {"", 2, -1}, {"", 0, 0}}};
  CHECK(cpp_expression(read(Element::F64, place, {name(Element::Index, "i")})) ==
        "cam.pose.t[2][i]");
  CHECK(cpp_place({"d", {{"w", 0, -1}, {"", 0, -1}, {"", 1, -1}}}) == "d.w[0][1]");
}

TEST_CASE("conversions are explicit") {
  CHECK(cpp_expression(convert(Element::F32, op(Op::Add, a, b))) == "static_cast<float>(a + b)");
  CHECK(cpp_expression(op(Op::Mul, convert(Element::F64, name(Element::Index, "n")), a)) ==
        "static_cast<double>(n) * a");
}

TEST_CASE("integers are int, or long long where the function says so") {
  const Expression n = name(Element::Index, "n");
  CHECK(cpp_type(Element::Index) == "int");
  CHECK(cpp_type(Element::Index, true) == "long long");
  CHECK(cpp_expression(convert(Element::Index, n), true) == "static_cast<long long>(n)");
  CHECK(cpp_expression(op(Op::Add, n, literal(Element::Index, std::int64_t{5000000000}))) ==
        "n + 5000000000");
  CHECK(cpp_expression(literal(Element::Index, std::numeric_limits<std::int64_t>::min())) ==
        "(-9223372036854775807 - 1)");
}

TEST_CASE("literals are floating, shortest, and of their type") {
  CHECK(cpp_literal(4, Element::F64) == "4.0");
  CHECK(cpp_literal(-0.0, Element::F64) == "-0.0");
  CHECK(cpp_literal(0.1, Element::F64) == "0.1");
  CHECK(cpp_literal(1e-5, Element::F64) == "1e-05");
  CHECK(cpp_literal(1e22, Element::F64) == "1e+22");
  CHECK(cpp_literal(5e-324, Element::F64) == "5e-324");
  CHECK(cpp_literal(0.5, Element::F32) == "0.5f");
  CHECK(cpp_literal(2, Element::F32) == "2.0f");
  CHECK(cpp_literal(static_cast<double>(0.1f), Element::F32) == "0.1f");
  CHECK(cpp_literal(INFINITY, Element::F32) == "INFINITY");
  CHECK(cpp_literal(-HUGE_VAL, Element::F64) == "-static_cast<double>(INFINITY)");
  CHECK(cpp_literal(std::numeric_limits<double>::quiet_NaN(), Element::F64) ==
        "static_cast<double>(NAN)");
}

}  // namespace gradsmith
