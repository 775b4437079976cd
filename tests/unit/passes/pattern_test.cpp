#include "passes/pattern.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "ir/expr.hpp"
#include "ir/print.hpp"

namespace gradsmith::test {
namespace {

struct Sketch {
  Graph g;
  Expr x = input("x", Element::F64);
  Expr y = input("y", Element::F64);
  Expr f = input("f", Element::F32);
  Expr i = input("i", Element::Index);
  Expr p = input("p", Element::Bool);

  Sketch() = default;
  Sketch(const Sketch&) = delete;
  Sketch& operator=(const Sketch&) = delete;

  Expr input(const char* name, Element element) {
    return {&g, g.input(name, scalar_type(element))};
  }
  Expr number(double value) { return {&g, g.constant(value)}; }

  bool matches(const char* pattern, const Expr& e, bool exact_zero = false) {
    Match match;
    return Pattern::parse(pattern).matches(g, e.id, exact_zero, match);
  }

  /// What `left -> right` makes of an expression.
  std::string rewritten(const char* left, const char* right, const Expr& e) {
    Match match;
    if (!Pattern::parse(left).matches(g, e.id, false, match)) return "no match";
    const auto result = Pattern::parse(right).instantiate(g, match);
    return result ? to_infix(g, *result) : "not representable";
  }
};

}  // namespace

TEST_CASE("operators bind in patterns as in C++") {
  Sketch s;
  CHECK(s.matches("x + y * z", s.x + s.x * s.y));
  CHECK_FALSE(s.matches("x + y * z", (s.x + s.x) * s.y));
  CHECK(s.matches("x - y - z", (s.x - s.y) - s.x));
  CHECK(s.matches("-x * y", (-s.x) * s.y));
  CHECK(s.matches("-(x * y)", -(s.x * s.y)));
  CHECK(s.matches("!p ? x : y", choose(!s.p, s.x, s.y)));
  CHECK(s.matches("x <= y", s.x <= s.y));
  CHECK_FALSE(s.matches("x < y", s.x <= s.y));
  CHECK(s.matches("fma(x, y, z)", apply(Op::Fma, s.x, s.y, s.x)));
}

TEST_CASE("a letter that stands twice is one node") {
  Sketch s;
  CHECK(s.matches("x - x", exp(s.x) - exp(s.x)));
  CHECK_FALSE(s.matches("x - x", exp(s.x) - exp(s.y)));
}

TEST_CASE("letters say what they match") {
  Sketch s;
  CHECK(s.matches("-x", -s.number(2)));
  CHECK_FALSE(s.matches("-v", -s.number(2)));
  CHECK(s.matches("-v", -s.x));
  CHECK(s.matches("c * x", 2.0 * s.x));
  CHECK_FALSE(s.matches("c * x", s.x * 2.0));
  CHECK_FALSE(s.matches("c * x", std::numeric_limits<double>::infinity() * s.x));
  CHECK(s.matches("n * x", -2.0 * s.x));
  CHECK_FALSE(s.matches("n * x", 2.0 * s.x));
  CHECK_FALSE(s.matches("n * x", -0.0 * s.x));
  CHECK(s.matches("x / h", s.x / -0.25));
  CHECK_FALSE(s.matches("x / h", s.x / 3.0));
  CHECK(s.matches("i == i", s.i == s.i));
  CHECK_FALSE(s.matches("i == i", s.x == s.x));
  CHECK(s.matches("p && p", s.p && s.p));
}

TEST_CASE("literals match by value, and by sign where that counts") {
  Sketch s;
  CHECK(s.matches("x + 0", s.x + 0.0, true));
  CHECK(s.matches("x + 0", s.x + -0.0, false));
  CHECK_FALSE(s.matches("x + 0", s.x + -0.0, true));
  CHECK(s.matches("x + -0", s.x + -0.0, true));
  CHECK(s.matches("x * 1", s.f * 1.0));
  CHECK_FALSE(s.matches("x == 1", s.p == Expr{&s.g, s.g.boolean(true)}));
}

TEST_CASE("literals take the operands' kind of number") {
  Sketch s;
  CHECK(s.rewritten("x + x", "2 * x", s.f + s.f) == "(2f * f)");
  CHECK(s.rewritten("x + x", "2 * x", s.i + s.i) == "(2i * i)");
  CHECK(s.rewritten("x < x", "false", s.f < s.f) == "false");
}

TEST_CASE("arithmetic of constants is done at once, unless it leaves the normal numbers") {
  Sketch s;
  const char* left = "c * (d * x)";
  const char* right = "c * d * x";
  CHECK(s.rewritten(left, right, 2.0 * (0.25 * s.x)) == "(0.5 * x)");
  CHECK(s.rewritten(left, right, 1e200 * (1e200 * s.x)) == "not representable");
  CHECK(s.rewritten(left, right, 1e-200 * (1e-200 * s.x)) == "not representable");
  CHECK(s.rewritten(left, right, 0.0 * (3.0 * s.x)) == "(0 * x)");
  CHECK(s.rewritten("c / d", "c / d", s.number(1) / s.number(0)) == "not representable");
  const Expr most{&s.g, s.g.index(std::numeric_limits<std::int64_t>::max())};
  CHECK(s.rewritten("x + c + d", "x + (c + d)", (s.i + most) + most) == "not representable");
}

TEST_CASE("expressions are compared as they are written") {
  const Pattern a = Pattern::parse("x * exp(y)");
  const Pattern b = Pattern::parse("exp(y)");
  CHECK(same_expression(a, a[a.root()].operands[1], b, b.root()));
  CHECK_FALSE(same_expression(a, a.root(), b, b.root()));
  CHECK_FALSE(same_expression(Pattern::parse("-x"), 1, Pattern::parse("-y"), 1));
  CHECK_FALSE(same_expression(Pattern::parse("x + 0"), 1, Pattern::parse("x + -0"), 1));
}

}  // namespace gradsmith::test
