#include "passes/place_signs.hpp"

#include <catch2/catch.hpp>

#include "passes/cost.hpp"
#include "sketch.hpp"

namespace gradsmith::test {
namespace {

using Shown = std::vector<std::string>;

/// The author's value and a part of a derivative.
Shown placed(Sketch& s, const Expr& value, const Expr& derivative, FpPolicy policy) {
  s.f.outputs.clear();
  s.output(value);
  s.output(derivative);
  s.f.value_outputs = 1;
  s.f.policy = policy;
  const Function after = place_signs(s.f);
  Shown shown;
  for (const Output& o : after.outputs) shown.push_back(to_infix(after.graph, o.value));
  return shown;
}

}  // namespace

TEST_CASE("a negation that two products share goes into the sums that use them") {
  Sketch s;
  const Expr a = -s.x * s.y;
  const Expr b = -s.x * s.z;
  CHECK(s.after(place_signs, {a + s.u, s.v - b, a * b}) ==
        Shown{"(u - (x * y))", "(v + (x * z))", "((x * y) * (x * z))"});
}

TEST_CASE("a negation goes into a difference that others use too") {
  Sketch s;
  const Expr d = s.x - s.y;
  CHECK(s.after(place_signs, {-(d * s.u), d * d, s.v + d * s.w}) ==
        Shown{"((y - x) * u)", "((y - x) * (y - x))", "(v - ((y - x) * w))"});
}

TEST_CASE("a negation goes into a constant") {
  Sketch s;
  const Expr p = 3.0 * s.x;
  CHECK(s.after(place_signs, {-(p * s.u), s.v - p}) == Shown{"((-3 * x) * u)", "(v + (-3 * x))"});
  const Expr q = s.x + 1.0;
  CHECK(s.after(place_signs, {-(q * s.u), s.v - q}) == Shown{"((-1 - x) * u)", "(v + (-1 - x))"});
}

TEST_CASE("a sum takes over the sign that its terms share") {
  Sketch s;
  CHECK(s.after(place_signs, {s.w - (-s.x * s.y + -s.x * s.z) * s.u}) ==
        Shown{"(w + (((x * y) + (x * z)) * u))"});
}

TEST_CASE("signs are found that only pay together") {
  Sketch s;
  const Expr a = s.x - s.y;
  const Expr b = s.z - s.w;
  // Both factors of the sum have to turn round before it can.
  const Expr sum = a * s.u + b * s.v;
  CHECK(s.after(place_signs, {-sum, -(sum * s.x), a * b}) ==
        Shown{"(((y - x) * u) + ((w - z) * v))", "((((y - x) * u) + ((w - z) * v)) * x)",
              "((y - x) * (w - z))"});
}

TEST_CASE("what a call or an output needs keeps its sign") {
  Sketch s;
  CHECK(s.after(place_signs, {sin(-s.x), -s.y, -(s.x * s.y)}) ==
        Shown{"sin((-x))", "(-y)", "(-(x * y))"});
}

TEST_CASE("zero takes no sign") {
  Sketch s;
  CHECK(s.after(place_signs, {-(s.x * 0.0) * s.y, s.z}) == Shown{"((-(x * 0)) * y)", "z"});
}

TEST_CASE(
    "the author's sums turn round under finite, and only where zero's sign is kept under strict") {
  for (const FpPolicy policy : {FpPolicy::Strict, FpPolicy::Finite}) {
    Sketch s;
    const Expr d = s.x - s.y;
    const Shown shown = placed(s, sin(d * d), -(d * s.u), policy);
    CHECK(shown[0] ==
          (policy == FpPolicy::Strict ? "sin(((x - y) * (x - y)))" : "sin(((y - x) * (y - x)))"));
    CHECK(shown[1] == (policy == FpPolicy::Strict ? "(-((x - y) * u))" : "((y - x) * u)"));
    Sketch t;
    const Expr minus = -t.x;
    CHECK(placed(t, minus * t.y + t.z, minus * t.u + t.v, policy) ==
          Shown{"(z - (x * y))", "(v - (x * u))"});
  }
}

TEST_CASE("the author's sum of two negations keeps one of them under strict") {
  Sketch s;
  const Expr a = -s.x;
  const Expr b = -s.w;
  const Shown shown =
      placed(s, exp(a * s.y + b * s.z), (a * s.u + s.v) * (b * s.u + s.v), FpPolicy::Strict);
  CHECK(shown[0] == "exp(((-(x * y)) - (w * z)))");
  CHECK(shown[1] == "((v - (x * u)) * (v - (w * u)))");
}

TEST_CASE("a long chain takes linear time") {
  Sketch s;
  Expr chain = s.x;
  for (int i = 0; i < 100000; ++i) chain = -(chain * s.y) + (i % 3 == 0 ? s.z : chain);
  s.output(chain);
  CHECK(counted_cost(place_signs(s.f)) <= counted_cost(s.f));
}

}  // namespace gradsmith::test
