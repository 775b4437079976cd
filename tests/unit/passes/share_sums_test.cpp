#include "passes/share_sums.hpp"

#include <catch2/catch.hpp>

#include "sketch.hpp"

namespace gradsmith::test {

using Shown = std::vector<std::string>;

TEST_CASE("a pair of terms that sums share is computed once") {
  Sketch s;
  CHECK(s.after(share_sums, {s.u + s.x + s.y, sin(s.y + s.v + s.x)}) ==
        Shown{"(u + (x + y))", "sin(((x + y) + v))"});
}

TEST_CASE("a pair of terms is shared whatever its sign") {
  Sketch s;
  CHECK(s.after(share_sums, {s.u + s.x - s.y, s.v - s.x + s.y}) ==
        Shown{"(u + (x - y))", "(v - (x - y))"});
  CHECK(s.after(share_sums, {sin(s.x - s.y), s.u * (s.y + s.v - s.x)}) ==
        Shown{"sin((x - y))", "(u * (v - (x - y)))"});
}

TEST_CASE("sums of more terms share all of them") {
  Sketch s;
  const Shown shown = s.after(share_sums, {s.x * (s.u + s.v - s.w), s.y * (s.w - s.v - s.u)});
  CHECK(shown == Shown{"(x * (-(w - (u + v))))", "(y * (w - (u + v)))"});
}

TEST_CASE("constants are shared whatever their sign") {
  Sketch s;
  CHECK(s.after(share_sums, {s.y * (s.x + 2.0), s.u - (-2.0 - s.x) * s.v}) ==
        Shown{"(y * (x + 2))", "(u - ((-(x + 2)) * v))"});
}

TEST_CASE("a sum that the author's value computes is taken from there") {
  Sketch s;
  s.output(sin(s.x - s.y));
  s.output(s.y + s.u - s.x);
  s.f.value_outputs = 1;
  const Function after = share_sums(s.f);
  CHECK(to_infix(after.graph, after.outputs[0].value) == "sin((x - y))");
  CHECK(to_infix(after.graph, after.outputs[1].value) == "(u - (x - y))");
}

TEST_CASE("the author's sums are not opened") {
  Sketch s;
  s.output(sin(s.x + s.y + s.z));
  s.output(s.u * (s.x + s.z));
  s.output(s.v + s.x + s.z);
  s.f.value_outputs = 1;
  const Function after = share_sums(s.f);
  CHECK(to_infix(after.graph, after.outputs[0].value) == "sin(((x + y) + z))");
  CHECK(to_infix(after.graph, after.outputs[1].value) == "(u * (x + z))");
  CHECK(to_infix(after.graph, after.outputs[2].value) == "(v + (x + z))");
}

TEST_CASE("sums that share nothing keep their form") {
  Sketch s;
  CHECK(s.after(share_sums, {s.u + (s.x + s.v), s.w + s.y - s.x}) ==
        Shown{"(u + (x + v))", "((w + y) - x)"});
}

}  // namespace gradsmith::test
