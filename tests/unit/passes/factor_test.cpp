#include "passes/factor.hpp"

#include <catch2/catch.hpp>

#include "sketch.hpp"

namespace gradsmith::test {

using Shown = std::vector<std::string>;

TEST_CASE("what all terms of a sum share is taken out of them") {
  Sketch s;
  CHECK(s.after(factor, {s.x * s.u + s.x * s.v - s.x * s.w}) == Shown{"(x * ((u + v) - w))"});
  CHECK(s.after(factor, {s.x * s.y * s.u + s.w * (s.x * s.y)}) == Shown{"((x * y) * (u + w))"});
}

TEST_CASE("what some terms of a sum share is taken out of those") {
  Sketch s;
  CHECK(s.after(factor, {s.x * s.u + s.y * s.z + s.x * s.v}) == Shown{"((y * z) + (x * (u + v)))"});
}

TEST_CASE("a factor taken out of an inner sum is one for the outer sum") {
  Sketch s;
  const Expr inner = s.x * s.u + s.x * s.v;
  CHECK(s.after(factor, {inner * s.y + s.x * s.y * sin(s.w)}) ==
        Shown{"((x * y) * (sin(w) + (u + v)))"});
}

TEST_CASE("terms of equal powers become one") {
  Sketch s;
  CHECK(s.after(factor, {s.x * s.u + s.y + s.u * s.x + s.u * (2.0 * s.x)}) ==
        Shown{"(y + (4 * (x * u)))"});
}

TEST_CASE("reciprocals are common factors too") {
  Sketch s;
  CHECK(s.after(factor, {s.u / (s.x * s.x) + sin(s.v) * s.w / s.x}) ==
        Shown{"((1 / x) * ((sin(v) * w) + (u * (1 / x))))"});
}

TEST_CASE("terms that something else needs too are left alone") {
  Sketch s;
  const Expr a = s.x * s.u;
  const Expr b = s.x * s.v;
  CHECK(s.after(factor, {a + b, a, b}) == Shown{"((x * u) + (x * v))", "(x * u)", "(x * v)"});
}

TEST_CASE("a factor comes out where what is left of the terms is shared") {
  Sketch s;
  const Expr offset = 3.0 * s.x;
  CHECK(s.after(factor, {offset, s.u * s.x + offset, (s.u + 3.0) * s.y}) ==
        Shown{"(3 * x)", "(x * (u + 3))", "((u + 3) * y)"});
}

TEST_CASE("equal sums become one wherever they come from, up to sign") {
  Sketch s;
  const Shown shown =
      s.after(factor, {s.x * s.u - s.x * s.v, s.y * s.v - s.y * s.u, s.z * s.u - s.z * s.v});
  CHECK(shown == Shown{"(x * (u - v))", "(-(y * (u - v)))", "(z * (u - v))"});
}

TEST_CASE("a sum in which nothing is gained stays as it stands") {
  Sketch s;
  CHECK(s.after(factor, {s.x * s.y + (s.u * s.v - s.w)}) == Shown{"((x * y) + ((u * v) - w))"});
}

TEST_CASE("the author's sums and conditions are not factored") {
  Sketch s;
  s.output(s.x * s.u + s.x * s.v);
  const Expr condition = s.x * s.y + s.x * s.z < s.w;
  s.output({&s.f.graph, s.f.graph.choose(condition.id, s.u.id, s.v.id)});
  s.f.value_outputs = 1;
  s.f.policy = FpPolicy::Fast;
  const Function after = factor(s.f);
  CHECK(to_infix(after.graph, after.outputs[0].value) == "((x * u) + (x * v))");
  CHECK(to_infix(after.graph, after.outputs[1].value) == "((((x * y) + (x * z)) < w) ? u : v)");
}

TEST_CASE("index arithmetic is not factored") {
  Sketch s;
  CHECK(s.after(factor, {s.i * s.j + s.i * s.i}) == Shown{"((i * j) + (i * i))"});
}

}  // namespace gradsmith::test
