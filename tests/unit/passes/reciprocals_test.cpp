#include "passes/reciprocals.hpp"

#include <catch2/catch.hpp>

#include "sketch.hpp"

namespace gradsmith::test {

using Shown = std::vector<std::string>;

TEST_CASE("two quotients by one denominator share its reciprocal") {
  Sketch s;
  CHECK(s.after(reciprocals, {s.x / s.z, s.y / s.z}) == Shown{"(x * (1 / z))", "(y * (1 / z))"});
}

TEST_CASE("a single quotient stays") {
  Sketch s;
  CHECK(s.after(reciprocals, {s.x / s.z, s.y / s.x}) == Shown{"(x / z)", "(y / x)"});
}

TEST_CASE("constant factors of denominators do not keep them apart") {
  Sketch s;
  CHECK(
      s.after(reciprocals, {s.x / s.z, s.y / (4.0 * s.z), s.u / -s.z, 3.0 / (2.0 * s.z)}) ==
      Shown{"(x * (1 / z))", "(0.25 * (y * (1 / z)))", "(-1 * (u * (1 / z)))", "(1.5 * (1 / z))"});
}

TEST_CASE("quotients by constants stay") {
  Sketch s;
  CHECK(s.after(reciprocals, {s.x / 3.0, s.y / 3.0}) == Shown{"(x / 3)", "(y / 3)"});
}

TEST_CASE("the author's reciprocal serves, and the author's quotients stay") {
  Sketch s;
  s.output(1.0 / s.z + s.x / s.y);
  s.output(s.u / s.z);
  s.output(s.v / s.y);
  s.f.value_outputs = 1;
  s.f.policy = FpPolicy::Fast;
  const Function after = reciprocals(s.f);
  CHECK(to_infix(after.graph, after.outputs[0].value) == "((1 / z) + (x / y))");
  CHECK(to_infix(after.graph, after.outputs[1].value) == "(u * (1 / z))");
  CHECK(to_infix(after.graph, after.outputs[2].value) == "(v / y)");
}

}  // namespace gradsmith::test
