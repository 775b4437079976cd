#include "passes/binarise.hpp"

#include <catch2/catch.hpp>

#include "sketch.hpp"

namespace gradsmith::test {

using Shown = std::vector<std::string>;

TEST_CASE("a pair that products share is computed once") {
  Sketch s;
  CHECK(s.after(binarise, {s.u * s.x * s.y, s.v * s.y * s.x, s.w * (s.x * s.y)}) ==
        Shown{"(u * (x * y))", "(v * (x * y))", "(w * (x * y))"});
}

TEST_CASE("a pair that the author's value computes is taken from there") {
  Sketch s;
  s.output(sin(s.x * s.y));
  s.output(s.x * s.u * s.y);
  s.f.value_outputs = 1;
  const Function after = binarise(s.f);
  CHECK(to_infix(after.graph, after.outputs[1].value) == "((x * y) * u)");
}

TEST_CASE("a quotient that the author's value computes is taken from there") {
  Sketch s;
  s.output(sin(s.x / s.y));
  s.output(s.x * s.u / s.y);
  s.f.value_outputs = 1;
  const Function after = binarise(s.f);
  CHECK(to_infix(after.graph, after.outputs[1].value) == "((x / y) * u)");
}

TEST_CASE("powers are chains that share their links") {
  Sketch s;
  const Expr x3 = s.x * s.x * s.x;
  CHECK(s.after(binarise, {x3 * s.x, x3 * x3}) ==
        Shown{"((x * x) * (x * x))", "(((x * x) * (x * x)) * (x * x))"});
}

TEST_CASE("products that share nothing keep their form") {
  Sketch s;
  CHECK(s.after(binarise, {s.u * (s.x * s.v), s.w * s.y / s.z}) ==
        Shown{"(u * (x * v))", "((w * y) / z)"});
}

}  // namespace gradsmith::test
