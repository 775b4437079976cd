#include <catch2/catch.hpp>

#include "ir/expr.hpp"
#include "ir/parse.hpp"
#include "ir/print.hpp"
#include "unit/loop_programs.hpp"
#include "unit/random_expressions.hpp"

using namespace gradsmith;
using namespace gradsmith::test;

namespace {

struct Variables {
  Graph g;
  Expr x{&g, g.input("x", scalar_type(Element::F64))};
  Expr y{&g, g.input("y", scalar_type(Element::F64))};
  std::string print(const Expr& e) { return to_infix(g, e.id); }
  std::string print(NodeId id) { return to_infix(g, id); }
};

}  // namespace

TEST_CASE("an expression is printed with all its parentheses") {
  Variables v;
  CHECK(v.print(v.x + 2 * v.y) == "(x + (2 * y))");
  CHECK(v.print(4 * v.x * v.y + exp(-1.0 * v.y)) == "(((4 * x) * y) + exp((-1 * y)))");
  CHECK(v.print(v.x / v.y - pow(v.x, v.y)) == "((x / y) - pow(x, y))");
  CHECK(v.print(choose(v.x < v.y && !(v.x == v.y), -v.x, v.y)) ==
        "(((x < y) && (!(x == y))) ? (-x) : y)");
}

TEST_CASE("a negated number is not a negative number") {
  Variables v;
  CHECK(v.print(v.g.constant(-1)) == "-1");
  CHECK(v.print(v.g.apply(Op::Neg, {v.g.constant(1)})) == "(-(1))");
  CHECK(v.print(v.g.apply(Op::Neg, {v.g.constant(-1)})) == "(-(-1))");
}

TEST_CASE("numbers are as short as reading them back allows, and show their kind") {
  Graph g;
  const auto text = [&](double value, Element e) { return to_infix(g, g.constant(value, e)); };
  CHECK(text(4, Element::F64) == "4");
  CHECK(text(0.1, Element::F64) == "0.1");
  CHECK(text(-0.0, Element::F64) == "-0");
  CHECK(text(1e-5, Element::F64) == "1e-05");
  CHECK(text(1e300, Element::F64) == "1e+300");
  CHECK(text(kInfinity, Element::F64) == "inf");
  CHECK(text(-kInfinity, Element::F32) == "-inff");
  CHECK(text(kNan, Element::F64) == "nan");
  CHECK(text(0.1, Element::F32) == "0.1f");
  CHECK(text(4, Element::F32) == "4f");
  CHECK(to_infix(g, g.index(-3)) == "-3i");
  CHECK(to_infix(g, g.boolean(true)) == "true");
}

TEST_CASE("names that would be read as something else stand between backquotes") {
  Graph g;
  const auto text = [&](const char* name) {
    return to_infix(g, g.input(name, scalar_type(Element::F64)));
  };
  CHECK(text("cam.pose.t") == "cam.pose.t");
  CHECK(text("points[].x") == "points[].x");
  CHECK(text("i1") == "i1");
  CHECK(text("inf") == "`inf`");
  CHECK(text("from") == "`from`");
  CHECK(text("a b") == "`a b`");
  CHECK(text("a[].") == "`a[].`");
  CHECK(text("1x") == "`1x`");
}

TEST_CASE("loops name their index after their level") {
  Graph g;
  LoopBuilder b(g);
  const Expr a = b.input("a", {3});
  const Expr i1 = b.input("i1");
  CHECK(to_infix(g, b.sum(b.index(3), [&](Expr i) { return b.at(a, {i}) * i1; }).id) ==
        "sum(i1 in 0..3: (a[i1] * `i1`))");
  const Expr triangle = b.sum(b.index(3), [&](Expr i) {
    return b.reduce(Op::Max, b.range(i + 1, b.index(3), 2), b.real(0),
                    [&](Expr j) { return b.at(a, {j}) - b.at(a, {2 - i}); });
  });
  CHECK(to_infix(g, triangle.id) ==
        "sum(i1 in 0..3: max(i2 in (i1 + 1)..3 by 2 from 0: (a[i2] - a[(2 - i1)])))");
}

TEST_CASE("arrays and folds print as functions of their parts") {
  Graph g;
  LoopBuilder b(g);
  const Expr x = b.input("x");
  const Expr a = b.input("a", {3});
  CHECK(to_infix(g, b.one_hot(a, {b.index(2)}, x).id) == "onehot(3: 2, x)");
  CHECK(to_infix(g, b.set(a, {b.index(2)}, x).id) == "write(i1 in 0..1 from a: 2, x)");
  const Expr fold =
      b.fold(b.upto(b.index(4)), {x, b.real(1)},
             [](Expr, const std::vector<Expr>& s) { return std::vector{s[0] * s[1], s[0]}; });
  const std::string text = "fold(i1 in 0..4, s1_1 from x, s1_2 from 1: (s1_1 * s1_2), s1_1)";
  CHECK(to_infix(g, b.final_state(fold, 1).id) == text + ".1");
  const Expr trace = b.trace(fold, [](Expr, const std::vector<Expr>& s) { return exp(s[1]); });
  CHECK(to_infix(g, trace.id) == "trace(" + text + ", i1, s1_1, s1_2: exp(s1_2))");
}

TEST_CASE("reading what was printed gives the same node, for random expressions with loops") {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    Graph g;
    RandomExpressions random(g, seed, false);
    const Element kinds[] = {Element::F64, Element::F64, Element::F32, Element::Index,
                             Element::Bool};
    const NodeId id = random.number(kinds[seed % 5], 3 + static_cast<int>(seed % 3));
    const std::string text = to_infix(g, id);
    INFO("seed " << seed << ": " << text);
    const NodeId back = parse_infix(g, text);
    REQUIRE(to_infix(g, back) == text);
    REQUIRE(back == id);
  }
}

TEST_CASE("reading the loop programs back gives the same nodes") {
  for (LoopProgram& p : loop_programs()) {
    INFO(p.name);
    CHECK(parse_infix(p.graph, to_infix(p.graph, p.output)) == p.output);
  }
}

TEST_CASE("a deep chain prints, and reads back, without a deep stack") {
  Variables v;
  Expr sum = v.x;
  for (int i = 0; i < 200000; ++i) sum = sum - v.y;
  const std::string text = v.print(sum);
  CHECK(parse_infix(v.g, text) == sum.id);
  Expr right = v.x;
  for (int i = 0; i < 200000; ++i) right = -(v.y / right);
  CHECK(parse_infix(v.g, v.print(right)) == right.id);
}
