#include "passes/factor.hpp"

#include <catch2/catch.hpp>

#include "ir/evaluate.hpp"
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

TEST_CASE("what is left of a sum may be a factor that was taken out of it") {
  Sketch s;
  const Expr e = s.u - s.v;
  const Expr sum = s.x * s.u * e - s.x * s.v * e + s.y * s.u - s.y * s.v;
  CHECK(s.after(factor, {sum}) == Shown{"((u - v) * (y + (x * (u - v))))"});
}

TEST_CASE("a negated term with a negative constant in it keeps its sign") {
  Sketch s;
  const Expr term = -(s.x * (-2.0 / s.y));
  CHECK(s.after(factor, {term + s.z * s.u + s.z * s.v}) ==
        Shown{"((z * (u + v)) - (x * (-2 / y)))"});
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

TEST_CASE("a difference of the author's is opened beside a like term that is at least as large") {
  const auto factored = [](double like, bool with_value) {
    Sketch s;
    const Expr difference = s.x - s.y * s.y;
    if (with_value) s.output(difference);
    s.f.first_derived = static_cast<NodeId>(s.f.graph.size());
    s.output(3.0 * s.x);
    s.output(-3.0 * difference + like * (s.y * s.y) + s.z);
    s.f.value_outputs = with_value ? 1 : 0;
    const Function after = factor(s.f);
    return to_infix(after.graph, after.outputs.back().value);
  };
  for (const bool with_value : {false, true}) {
    CHECK(factored(4, with_value) == "((z - (3 * x)) + (7 * (y * y)))");
    CHECK(factored(-8, with_value) == "((z - (3 * x)) - (5 * (y * y)))");
    // Where y * y is large and near x, three times it would be the largest rounding of all.
    CHECK(factored(2.5, with_value).find("(x - (y * y))") != std::string::npos);
    CHECK(factored(-2.5, with_value).find("(x - (y * y))") != std::string::npos);
  }
}

TEST_CASE("a factor that is taken out of a sum and is left of it counts twice") {
  Sketch s;
  // With x = u/w and y = v/w: x*x and y*y times q = x*x + y*y, which in turn is (u*u + v*v) /
  // (w*w).
  const Expr x = s.u / s.w, y = s.v / s.w;
  const Expr q = x * x + y * y;
  const Expr sum = x * s.z * q * x + y * q * y * s.z;
  s.output(sum * x);
  s.output(sum + s.z);
  s.f.value_outputs = 0;
  const Function before = s.f;
  const Function after = factor(simplify(s.f));
  const Environment at{{"u", 2.0}, {"v", 3.0}, {"w", 4.0}, {"z", 7.0}};
  for (std::size_t k = 0; k < 2; ++k) {
    const auto expected = evaluate<double>(before.graph, before.outputs[k].value, at).number();
    const auto found = evaluate<double>(after.graph, after.outputs[k].value, at).number();
    CHECK(static_cast<double>(found) == Approx(static_cast<double>(expected)).epsilon(1e-14));
  }
}

}  // namespace gradsmith::test
