#include <catch2/catch.hpp>

#include "ir/expr.hpp"
#include "ir/parse.hpp"
#include "ir/print.hpp"
#include "unit/loop_programs.hpp"
#include "unit/random_expressions.hpp"

using namespace gradsmith;
using namespace gradsmith::test;

TEST_CASE("an s-expression names what is used twice") {
  Graph g;
  CHECK(to_sexpr(g, parse_infix(g, "4*x*y + exp(-1*y)")) ==
        "(graph\n"
        "  (let %1 (Input \"y\" f64))\n"
        "  (Add (Mul (Mul 4 (Input \"x\" f64)) %1) (Exp (Mul -1 %1))))");
}

TEST_CASE("an s-expression shows every level, slot, type and reducer") {
  Graph g;
  g.input("a", g.intern({Element::F64, {g.input("n", scalar_type(Element::Index))}}));
  CHECK(to_sexpr(g, parse_infix(g, "fold(t in 0..n, s from 0.5, k from 1i: s*a[t], k + t).1")) ==
        "(graph\n"
        "  (let %1 (Input \"n\" index))\n"
        "  (let %2 (Bound 1 0 index))\n"
        "  (Final 1 (Fold 1 (0i %1 1i) (0.5 1i) ((Mul (Bound 1 1 f64) "
        "(At (Input \"a\" (f64 %1)) %2)) (Add (Bound 1 2 index) %2)))))");
  CHECK(to_sexpr(g, parse_infix(g, "argmin(t in 0..n from inf: float(a[t]) < 1 ? 1 : 2)")) ==
        "(graph\n"
        "  (let %1 (Input \"n\" index))\n"
        "  (ArgReduce Min 1 (0i %1 1i) inf (If (Lt (Convert f32 (At (Input \"a\" (f64 %1)) "
        "(Bound 1 0 index))) 1f) 1 2)))");
}

TEST_CASE("a function's s-expression has all outputs and shares among them") {
  Function f;
  f.name = "loss";
  const NodeId square = parse_infix(f.graph, "x*x");
  f.outputs = {{"", {}, square}, {"d", {{"w"}, {""}}, parse_infix(f.graph, "x*x + 1")}};
  const std::string text = to_sexpr(f);
  CHECK(text ==
        "(function \"loss\"\n"
        "  (let %1 (Input \"x\" f64))\n"
        "  (let %2 (Mul %1 %1))\n"
        "  (output \"\" %2)\n"
        "  (output \"d.w[]\" (Add %2 1)))");
  CHECK(parse_sexpr_outputs(f.graph, text) == output_values(f));
}

TEST_CASE("s-expressions read back as the same nodes, for random expressions with loops") {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    Graph g;
    RandomExpressions random(g, seed, false);
    const Element kinds[] = {Element::F64, Element::F64, Element::F32, Element::Index,
                             Element::Bool};
    const NodeId id = seed % 7 == 0
                          ? random.open_body(3, 4)
                          : random.number(kinds[seed % 5], 3 + static_cast<int>(seed % 3));
    const std::string text = to_sexpr(g, id);
    INFO("seed " << seed << ": " << text);
    REQUIRE(parse_sexpr(g, text) == id);
    // A graph that holds nothing else gives the same text, unless its nodes come in another order.
    Graph fresh;
    const NodeId there = parse_sexpr(fresh, text);
    Graph again;
    const std::string canonical = to_sexpr(fresh, there);
    REQUIRE(to_sexpr(again, parse_sexpr(again, canonical)) == canonical);
    REQUIRE(parse_sexpr(g, canonical) == id);
  }
}

TEST_CASE("the s-expressions of the loop programs read back in a graph of their own") {
  for (LoopProgram& p : loop_programs()) {
    INFO(p.name);
    Graph fresh;
    const NodeId there = parse_sexpr(fresh, to_sexpr(p.graph, p.output));
    CHECK(evaluate<long double>(fresh, there, p.inputs).number() ==
          evaluate<long double>(p.graph, p.output, p.inputs).number());
  }
}

TEST_CASE("a graph that is a small DAG and a huge tree prints in linear space") {
  Graph g;
  Expr e{&g, g.input("x", scalar_type(Element::F64))};
  for (int i = 0; i < 1000; ++i) e = e * e;
  const std::string text = to_sexpr(g, e.id);
  CHECK(text.size() < 40000);
  CHECK(parse_sexpr(g, text) == e.id);
}

TEST_CASE("a million-deep chain prints and reads back") {
  Graph g;
  const Expr x{&g, g.input("x", scalar_type(Element::F64))};
  Expr e = x;
  for (int i = 0; i < 1000000; ++i) e = e + x;
  CHECK(parse_sexpr(g, to_sexpr(g, e.id)) == e.id);
}
