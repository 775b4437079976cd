#include "ir/ops.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "unit/special_numbers.hpp"

using namespace gradsmith;
using namespace gradsmith::test;

namespace {

template <class T>
using Function = std::function<T(T, T, T)>;

/// What C++ computes for each row, spelled out once more.
template <class T>
std::map<std::string_view, Function<T>> cpp_functions() {
#define UNARY(name, call) {name, [](T x, T, T) -> T { return call; }}
#define BINARY(name, call) {name, [](T x, T y, T) -> T { return call; }}
  return {
      BINARY("Add", x + y),
      BINARY("Sub", x - y),
      BINARY("Mul", x * y),
      BINARY("Div", x / y),
      UNARY("Neg", -x),
      UNARY("Exp", std::exp(x)),
      UNARY("Exp2", std::exp2(x)),
      UNARY("Expm1", std::expm1(x)),
      UNARY("Log", std::log(x)),
      UNARY("Log2", std::log2(x)),
      UNARY("Log10", std::log10(x)),
      UNARY("Log1p", std::log1p(x)),
      BINARY("Pow", std::pow(x, y)),
      UNARY("Sqrt", std::sqrt(x)),
      UNARY("Cbrt", std::cbrt(x)),
      BINARY("Hypot", std::hypot(x, y)),
      {"Fma", [](T x, T y, T z) -> T { return std::fma(x, y, z); }},
      UNARY("Sin", std::sin(x)),
      UNARY("Cos", std::cos(x)),
      UNARY("Tan", std::tan(x)),
      UNARY("Asin", std::asin(x)),
      UNARY("Acos", std::acos(x)),
      UNARY("Atan", std::atan(x)),
      BINARY("Atan2", std::atan2(x, y)),
      UNARY("Sinh", std::sinh(x)),
      UNARY("Cosh", std::cosh(x)),
      UNARY("Tanh", std::tanh(x)),
      UNARY("Asinh", std::asinh(x)),
      UNARY("Acosh", std::acosh(x)),
      UNARY("Atanh", std::atanh(x)),
      UNARY("Erf", std::erf(x)),
      UNARY("Erfc", std::erfc(x)),
      UNARY("Lgamma", std::lgamma(x)),
      UNARY("Tgamma", std::tgamma(x)),
      BINARY("Polygamma", polygamma_value(x, y)),
      UNARY("Fabs", std::fabs(x)),
      BINARY("Fmin", std::fmin(x, y)),
      BINARY("Fmax", std::fmax(x, y)),
      BINARY("Min", std::min(x, y)),
      BINARY("Max", std::max(x, y)),
      BINARY("Copysign", std::copysign(x, y)),
      UNARY("Floor", std::floor(x)),
      UNARY("Ceil", std::ceil(x)),
      UNARY("Round", std::round(x)),
      UNARY("Trunc", std::trunc(x)),
      BINARY("Fmod", std::fmod(x, y)),
      BINARY("Quotient", x / y),
      BINARY("Remainder", std::fmod(x, y)),
      BINARY("Lt", x < y ? 1 : 0),
      BINARY("Le", x <= y ? 1 : 0),
      BINARY("Gt", x > y ? 1 : 0),
      BINARY("Ge", x >= y ? 1 : 0),
      BINARY("Eq", x == y ? 1 : 0),
      BINARY("Ne", x != y ? 1 : 0),
      BINARY("And", x != 0 && y != 0 ? 1 : 0),
      BINARY("Or", x != 0 || y != 0 ? 1 : 0),
      UNARY("Not", x == 0 ? 1 : 0),
  };
#undef UNARY
#undef BINARY
}

template <class T>
bool same_bits(T a, T b) {
  return std::isnan(a) ? std::isnan(b) : a == b && std::signbit(a) == std::signbit(b);
}

template <class T>
void check_rows() {
  const auto functions = cpp_functions<T>();
  for (const OpRow& row : op_rows()) {
    INFO(row.name);
    const auto found = functions.find(row.name);
    REQUIRE(found != functions.end());
    for (double x : kSpecialNumbers) {
      for (double y : kSpecialNumbers) {
        for (double z : {0.0, -0.0, 1.5, 1e300, kInfinity, kNan}) {
          if (row.operands < 2 && same_bits(y, kSpecialNumbers[0]) == false) continue;
          if (row.operands < 3 && z != 1.5) continue;
          const T a = static_cast<T>(x);
          const T b = static_cast<T>(y);
          const T c = static_cast<T>(z);
          const T expected = found->second(a, b, c);
          const T got = op_value<T>(row.op, a, b, c);
          INFO("of " << x << ", " << y << ", " << z << ": " << got << ", not " << expected);
          // C leaves open which of two zeros fmin and fmax give, and compilers differ by the place.
          const bool open = (row.op == Op::Fmin || row.op == Op::Fmax) && a == 0 && b == 0;
          REQUIRE((open ? got == 0 : same_bits(got, expected)));
        }
      }
    }
  }
}

}  // namespace

TEST_CASE("every operator has the value of its C++ function, bit for bit") {
  check_rows<float>();
  check_rows<double>();
  check_rows<long double>();
}

TEST_CASE("rows are found by operator, and kinds by name") {
  for (const OpRow& row : op_rows()) {
    CHECK(op_row(row.op).name == row.name);
    CHECK(op_name(row.op) == row.name);
    CHECK(is_operator(row.op));
  }
  for (int i = 0; i <= static_cast<int>(Op::Not); ++i) {
    const Op op = static_cast<Op>(i);
    CHECK(op_named(op_name(op)) == op);
  }
  CHECK(op_name(Op::Trace) == "Trace");
  CHECK_FALSE(op_named("Nothing"));
  CHECK_FALSE(is_operator(Op::Trace));
}

TEST_CASE("costs and precedences are those that the table's comment says") {
  for (const OpRow& row : op_rows()) {
    INFO(row.name);
    const bool division = row.op == Op::Div || row.op == Op::Sqrt || row.op == Op::Quotient ||
                          row.op == Op::Remainder;
    if (!is_call(row.op) || division) CHECK(row.cost == (division ? 5 : 1));
    CHECK((row.cost == 1 || row.cost == 5 || row.cost == 20));
    CHECK((row.precedence >= 1 && row.precedence <= kCallPrecedence));
    CHECK((row.operands >= 1 && row.operands <= 3));
  }
  CHECK(op_row(Op::Mul).precedence > op_row(Op::Add).precedence);
  CHECK(op_row(Op::Add).precedence > op_row(Op::Lt).precedence);
  CHECK(op_row(Op::Lt).precedence > op_row(Op::Eq).precedence);
  CHECK(op_row(Op::Eq).precedence > op_row(Op::And).precedence);
  CHECK(op_row(Op::And).precedence > op_row(Op::Or).precedence);
}

TEST_CASE("a spelling, a number of operands and their kind determine the operator") {
  std::set<std::tuple<std::string_view, int, bool>> seen;
  for (const OpRow& row : op_rows()) {
    INFO(row.name);
    CHECK(seen.insert({row.spelling, row.operands, row.signature == Signature::Integer}).second);
  }
}
