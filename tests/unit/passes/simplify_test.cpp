#include "passes/simplify.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "sketch.hpp"

namespace gradsmith::test {
namespace {

std::vector<std::string> steps(Function f, RuleSet set) {
  std::vector<std::string> shown;
  for (NodeId last = kNoNode; f.outputs[0].value != last;) {
    last = f.outputs[0].value;
    shown.push_back(to_infix(f.graph, last));
    f = simplify_step(std::move(f), set);
  }
  return shown;
}

}  // namespace

TEST_CASE("the course's dz/dx goes its way in the course's steps") {
  Sketch s;
  const Expr& x = s.x;
  const Expr& y = s.y;
  const Expr product = (0.0 * x + s.number(4) * s.number(1)) * y + 4.0 * x * s.number(0);
  const Expr exponential = exp(-1.0 * y) * (0.0 * y + s.number(-1) * s.number(0));
  s.output(product + exponential);
  CHECK(
      steps(s.f, RuleSet::Identities) ==
      std::vector<std::string>{
          "(((((0 * x) + (4 * 1)) * y) + ((4 * x) * 0)) + (exp((-1 * y)) * ((0 * y) + (-1 * 0))))",
          "((((0 + 4) * y) + 0) + (exp((-1 * y)) * (0 + 0)))",
          "((4 * y) + (exp((-1 * y)) * 0))",
          "((4 * y) + 0)",
          "(4 * y)",
      });
}

TEST_CASE("the course's dz/dy ends with the identities, and without a product by -1 otherwise") {
  Sketch s;
  const Expr& x = s.x;
  const Expr& y = s.y;
  const Expr product = (0.0 * x + s.number(4) * s.number(0)) * y + 4.0 * x * s.number(1);
  const Expr exponential = exp(-1.0 * y) * (0.0 * y + s.number(-1) * s.number(1));
  s.output(product + exponential);
  CHECK(steps(s.f, RuleSet::Identities).back() == "((4 * x) + (exp((-1 * y)) * -1))");
  CHECK(s.free(product + exponential) == "((4 * x) - exp((-y)))");
}

TEST_CASE("a step leaves what comes of it for the next step") {
  Sketch s;
  s.output(exp(0.0 * s.x) + 1.0 * (1.0 * s.y));
  CHECK(steps(s.f, RuleSet::All) == std::vector<std::string>{
                                        "(exp((0 * x)) + (1 * (1 * y)))",
                                        "(exp(0) + y)",
                                        "(1 + y)",
                                    });
}

TEST_CASE("a product by one is its other factor") {
  Sketch s;
  CHECK(s.author(1.0 * s.x) == "x");
  CHECK(s.author(s.x * 1.0) == "x");
  CHECK(s.author(s.x / 1.0) == "x");
}

TEST_CASE("what a rule makes is simplified in turn") {
  Sketch s;
  CHECK(s.free(2.0 * (s.x * (0.5 * s.y)) - s.y * s.x + s.z) == "z");
  CHECK(s.free(-(-(-s.x)) + s.y) == "(y - x)");
  CHECK(s.free(-(s.x * -s.y) * -s.z) == "(-((x * y) * z))");
}

TEST_CASE("signs end where a careful person puts them") {
  Sketch s;
  CHECK(s.author(s.x + -1.0 * s.y) == "(x - y)");
  CHECK(s.author(s.x + -2.0 * s.y) == "(x - (2 * y))");
  CHECK(s.author(s.x - -2.0 * s.y) == "(x + (2 * y))");
  CHECK(s.author(s.x + s.number(-3)) == "(x - 3)");
  CHECK(s.author(-s.x * s.y + s.z) == "(z - (x * y))");
  CHECK(s.author(s.z - s.y * -s.x) == "(z + (y * x))");
  CHECK(s.free(-(s.x - s.y)) == "(y - x)");
  CHECK(s.free(-2.0 * (s.x - s.y)) == "(2 * (y - x))");
  CHECK(s.free(-(3.0 * s.x)) == "(-3 * x)");
}

TEST_CASE("a negation that several products share stays one negation") {
  Sketch s;
  const Expr minus = -s.x;
  s.output(minus * s.y);
  s.output(minus * s.z);
  const Function after = simplify(s.f);
  CHECK(to_infix(after.graph, after.outputs[0].value) == "((-x) * y)");
  CHECK(to_infix(after.graph, after.outputs[1].value) == "((-x) * z)");
}

TEST_CASE("a rule that waited for another user to vanish is applied in the end") {
  Sketch s;
  const Expr minus = -s.x;
  // The second use goes only after the first has been looked at.
  s.output(minus * s.y + (minus * s.z) * (s.z - s.z));
  const Function after = simplify(s.f);
  CHECK(to_infix(after.graph, after.outputs[0].value) == "(-(x * y))");
  const NodeId once = after.outputs[0].value;
  CHECK(simplify(after).outputs[0].value == once);
}

TEST_CASE("policies say what may happen to the author's value") {
  Sketch s;
  const Expr cube = pow(s.x, s.number(3));
  const Expr cancelled = s.x - s.x + s.y;
  const Expr square = pow(s.x, s.number(2));
  CHECK(s.author(square, FpPolicy::Strict) == "(x * x)");
  CHECK(s.author(cancelled, FpPolicy::Strict) == "((x - x) + y)");
  CHECK(s.author(cancelled, FpPolicy::Finite) == "y");
  CHECK(s.author(cube, FpPolicy::Finite) == "pow(x, 3)");
  CHECK(s.author(cube, FpPolicy::Fast) == "((x * x) * x)");
  CHECK(s.free(cube) == "((x * x) * x)");
}

TEST_CASE("the author's order of factors stays, a derivative's constants come first") {
  Sketch s;
  CHECK(s.author(s.x * 3.0) == "(x * 3)");
  CHECK(s.free(s.x * 3.0) == "(3 * x)");
}

TEST_CASE("conditions are the author's, whatever hangs on them") {
  Sketch s;
  s.f.policy = FpPolicy::Strict;
  CHECK(s.free(choose(0.0 + s.x < s.y, pow(s.x, s.number(3)), s.y)) ==
        "(((0 + x) < y) ? ((x * x) * x) : y)");
}

TEST_CASE("a derivative uses the value's own node") {
  Sketch s;
  const Expr root = sqrt(s.x + s.y);
  s.output(root);
  s.output(root * root * s.z);
  s.f.value_outputs = 1;
  const Function after = simplify(s.f);
  CHECK(to_infix(after.graph, after.outputs[0].value) == "sqrt((x + y))");
  CHECK(to_infix(after.graph, after.outputs[1].value) == "((x + y) * z)");
  CHECK(after.graph.operand(after.outputs[1].value, 0) ==
        after.graph.operand(after.outputs[0].value, 0));
}

TEST_CASE("a node in both roles is treated as the author's") {
  Sketch s;
  const Expr cube = pow(s.x, s.number(3));
  s.output(cube + s.y);
  s.output(2.0 * cube);
  s.f.value_outputs = 1;
  const Function after = simplify(s.f);
  CHECK(to_infix(after.graph, after.outputs[1].value) == "(2 * pow(x, 3))");
}

TEST_CASE("a product and its mirror image are one node") {
  Sketch s;
  s.output(s.x * s.y);
  s.output(s.y * s.x + s.z);
  s.f.value_outputs = 2;
  s.f.policy = FpPolicy::Strict;
  const Function after = simplify(s.f);
  CHECK(to_infix(after.graph, after.outputs[1].value) == "((x * y) + z)");
}

TEST_CASE("constants meet") {
  Sketch s;
  CHECK(s.free(2.0 * (3.0 * s.x)) == "(6 * x)");
  CHECK(s.free(4.0 * s.x / 2.0) == "(2 * x)");
  CHECK(s.free(1.0 / (2.0 * s.x)) == "(0.5 / x)");
  CHECK(s.free(s.x * (2.0 * s.y) * s.z - s.z) == "((2 * ((x * y) * z)) - z)");
  CHECK(s.free(s.z - -0.5 * s.x * s.y * s.x) == "(z + (0.5 * ((x * y) * x)))");
  CHECK(s.free(0.5 * s.x * s.y + s.x * (0.5 * s.y)) == "(x * y)");
  CHECK(s.free(s.y * s.x / (2.0 * s.z)) == "(0.5 * ((y * x) / z))");
  CHECK(s.free(s.x + 1.0 + 2.0) == "(x + 3)");
  CHECK(s.free(1.0 - (s.x + 1.0)) == "(-x)");
  CHECK(s.free(2.0 * s.x + 3.0 * s.x) == "(5 * x)");
  CHECK(s.free(2.0 * s.x + 2.0 * s.y) == "(2 * (x + y))");
  CHECK(s.author(s.x / 4.0) == "(0.25 * x)");
  CHECK(s.author(s.x / 3.0, FpPolicy::Finite) == "(x / 3)");
}

TEST_CASE("zero has no sign where that is free, and keeps it where it is not") {
  Sketch s;
  const Expr minus_zero = s.number(-1) * s.number(0);
  CHECK(s.free(minus_zero) == "0");
  CHECK(s.author(minus_zero, FpPolicy::Finite) == "0");
  s.author(minus_zero, FpPolicy::Strict);
  const Function after = simplify(s.f);
  CHECK(std::signbit(after.graph.constant_value(after.outputs[0].value)));
}

TEST_CASE("integers and truth values follow every rule") {
  Sketch s;
  const Expr one{&s.f.graph, s.f.graph.index(1)};
  const Expr two{&s.f.graph, s.f.graph.index(2)};
  const Expr zero{&s.f.graph, s.f.graph.index(0)};
  CHECK(s.author(s.i * one + zero) == "i");
  CHECK(s.author((s.i + one) + two) == "(i + 3i)");
  CHECK(s.author(s.i - s.i + s.j) == "j");
  CHECK(s.author(!(s.i < s.j)) == "(i >= j)");
  CHECK(s.author(!(s.x < s.y)) == "(!(x < y))");
  CHECK(s.author(s.x == s.x) == "(x == x)");
  CHECK(s.author(s.p && s.boolean(true)) == "p");
  CHECK(s.author(s.p || !s.p) == "true");
}

TEST_CASE("choices that are decided go") {
  Sketch s;
  CHECK(s.author(choose(s.boolean(true), s.x, s.y)) == "x");
  CHECK(s.author(choose(!s.p, s.x, s.y)) == "(p ? y : x)");
  CHECK(s.author(choose(s.p, choose(s.p, s.x, s.y), s.z)) == "(p ? x : z)");
  CHECK(s.author(choose(s.p, s.x, choose(s.p, s.y, s.z))) == "(p ? x : z)");
  CHECK(s.author(choose(s.p, s.x * 1.0, 1.0 * s.x)) == "x");
}

TEST_CASE("names and places follow a node to what it becomes, but not to a number") {
  Sketch s;
  const Expr product = 1.0 * (s.x * s.y);
  const Expr nothing = s.x - s.x;
  s.f.provenance.add(product.id, {"area", "", {0, 1, 7}});
  s.f.provenance.add(nothing.id, {"gap", "", {0, 1, 8}});
  s.f.locals.push_back({"area", product.id, 1, false, false, {0, 1, 7}});
  s.output(product + nothing);
  const Function after = simplify(s.f);
  const NodeId value = after.outputs[0].value;
  REQUIRE(after.provenance.named(value) != nullptr);
  CHECK(after.provenance.named(value)->name == "area");
  CHECK(after.provenance.where(value).line == 7);
  CHECK(after.locals[0].value == value);
  Graph g = after.graph;
  CHECK(after.provenance.all(g.constant(0)).empty());
}

TEST_CASE("a long chain is simplified without recursion") {
  Sketch s;
  Expr chain = s.x;
  for (int link = 0; link < 300'000; ++link) {
    chain = link % 2 == 0 ? chain * s.y + 0.0 : 1.0 * tanh(chain);
  }
  s.output(chain);
  const Function after = simplify(s.f);
  const NodeId roots[] = {after.outputs[0].value};
  // (Frames of 30 bytes would be too many for a stack of 8 megabytes.) x, y, one node a link.
  CHECK(reachable(after.graph, roots).size() == 300'002);
  Expr nest = s.x;
  for (int link = 0; link < 100'000; ++link) nest = -(nest + 1.0);
  s.f.outputs.clear();
  s.output(nest);
  const Function flat = simplify(s.f);
  CHECK(to_infix(flat.graph, flat.outputs[0].value) == "x");
}

}  // namespace gradsmith::test
