#include "ir/verify.hpp"

#include <catch2/catch.hpp>

#include "ir/parse.hpp"
#include "ir/well_formed.hpp"
#include "unit/loop_programs.hpp"
#include "unit/random_expressions.hpp"

using namespace gradsmith;
using namespace gradsmith::test;

namespace {

constexpr TypeId kReal = scalar_type(Element::F64);
constexpr TypeId kIndex = scalar_type(Element::Index);

/// f(x, n) with the input a[n], and one value output.
Function good_function() {
  Function f;
  f.name = "f";
  const NodeId n = f.graph.input("n", kIndex);
  const TypeId vector = f.graph.intern({Element::F64, {n}});
  const NodeId x = f.graph.input("x", kReal);
  const NodeId a = f.graph.input("a", vector);
  f.parameters.resize(3);
  f.parameters[0] = {"x", {}, {}, Role::Param, {{{}, kReal, x}}, false, {}};
  f.parameters[1] = {"n", {}, {}, Role::Data, {{{}, kIndex, n}}, false, {}};
  f.parameters[2] = {"a", {}, {}, Role::InOut, {{{{""}}, vector, a}}, false, {}};
  f.result_leaves = {{{}, kReal, kNoNode}};
  f.outputs = {{"", {}, parse_infix(f.graph, "x * sum(i in 0..n: a[i])")},
               {"a", {{""}}, parse_infix(f.graph, "map(i in 0..n: a[i]*2)")}};
  f.value_outputs = 2;
  return f;
}

std::string first_violation(const Function& f) {
  const auto all = violations(f);
  return all.empty() ? "none" : all.front();
}

}  // namespace

TEST_CASE("graphs that are built by Graph are sound") {
  for (const LoopProgram& p : loop_programs()) {
    INFO(p.name);
    CHECK(violations(p.graph).empty());
  }
  for (unsigned seed = 0; seed < 1000; ++seed) {
    Graph g;
    RandomExpressions random(g, seed, false);
    random.number(Element::F64, 5);
    random.open_body(2, 4);
    const auto found = violations(g);
    INFO("seed " << seed << ": " << (found.empty() ? "" : found.front()));
    REQUIRE(found.empty());
  }
}

TEST_CASE("a sound function passes") { CHECK(first_violation(good_function()) == "none"); }

TEST_CASE("an output must be a closed value of its leaf's type") {
  Function f = good_function();
  f.outputs[0].value = kNoNode;
  CHECK(first_violation(f) == "the result has no value");
  f = good_function();
  f.outputs[0].value = f.graph.bound(1, 1, kReal);
  CHECK(first_violation(f) == "the result has a free level");
  f = good_function();
  f.outputs[1].value = f.outputs[0].value;
  CHECK(first_violation(f) == "a[] has another type");
  f = good_function();
  f.outputs[1].root = "b";
  CHECK(first_violation(f) == "b[] goes to no parameter");
  f = good_function();
  f.outputs[1].steps = {{"x"}};
  CHECK(first_violation(f) == "a.x is no leaf");
  f = good_function();
  f.value_outputs = 3;
  CHECK(first_violation(f) == "more value outputs than outputs");
}

TEST_CASE("an input must belong to a parameter, or be a cut local") {
  Function f = good_function();
  f.outputs[0].value = parse_infix(f.graph, "x * t");
  CHECK(first_violation(f) == "input t belongs to no parameter");
  Local t;
  t.name = "t";
  t.cut = true;
  f.locals.push_back(t);
  CHECK(first_violation(f) == "none");
  f = good_function();
  f.parameters[0].leaves[0].type = kIndex;
  CHECK(first_violation(f) == "input x has another type than its leaf");
}

TEST_CASE("a body may use only the states that its loop has") {
  Graph g;
  const NodeId s2 = g.bound(1, 2, kReal);
  const NodeId init = g.constant(0);
  // One state is carried, and the body asks for a second one.
  g.fold(1, g.range(g.index(3)), std::span(&init, 1), std::span(&s2, 1));
  auto found = violations(g);
  REQUIRE(found.size() == 1);
  CHECK(found[0].find("is no state of fold") != std::string::npos);

  Graph h;
  h.map(1, h.index(3), h.bound(1, 1, kReal));
  found = violations(h);
  REQUIRE(found.size() == 1);
  CHECK(found[0].find("uses a state, and it has none") != std::string::npos);

  Graph k;
  // The state is there, but of another type.
  const NodeId real = k.bound(1, 1, kReal);
  const NodeId next = k.convert(Element::F32, real);
  const NodeId narrow = k.constant(0, Element::F32);
  k.fold(1, k.range(k.index(3)), std::span(&narrow, 1), std::span(&next, 1));
  CHECK(violations(k).size() == 1);
}

TEST_CASE("verifying many folds over one body is not quadratic") {
  Graph g;
  const NodeId s = g.bound(1, 1, kReal);
  NodeId body = s;
  for (int i = 0; i < 2000; ++i) body = g.apply(Op::Add, {body, s});
  for (int i = 0; i < 20000; ++i) {
    const NodeId init = g.constant(i);
    g.fold(1, g.range(g.index(3)), std::span(&init, 1), std::span(&body, 1));
  }
  CHECK(violations(g).empty());
}

TEST_CASE("what no node may be has a reason") {
  Graph g;
  const NodeId x = g.input("x", kReal);
  const NodeId n = g.input("n", kIndex);
  const NodeId p = g.input("p", scalar_type(Element::Bool));
  const NodeId a = g.input("a", g.array_type(Element::F64, {{3}}));
  const NodeId i = g.bound(1, 0, kIndex);
  const auto reason = [&](Op op, std::vector<NodeId> operands, int level = 1,
                          std::uint32_t payload = 0, TypeId type = kAnyType) {
    return complaint(g, {op, level, type, payload, operands});
  };
  const NodeId zero = g.index(0);
  const NodeId one = g.index(1);
  CHECK(reason(Op::Add, {x, x}).empty());
  CHECK(reason(Op::Add, {x}) == "Add takes 2 operands, not 1");
  CHECK(reason(Op::Add, {x, kNoNode}) == "an operand does not exist");
  CHECK(reason(Op::Exp, {n}) == "Exp does not take index");
  CHECK(reason(Op::Quotient, {x, x}) == "Quotient does not take double");
  CHECK(reason(Op::And, {p, n}) == "And takes operands of one kind, not bool and index");
  CHECK(reason(Op::Polygamma, {x, x}) == "Polygamma takes index here, not double");
  CHECK(reason(Op::Neg, {a}) == "Neg takes numbers, not arrays");
  CHECK(reason(Op::Lt, {x, x}, 0, 0, kReal) == "the type of Lt does not fit");
  CHECK(reason(Op::If, {p, x, n}) == "the sides of an If have different types");
  CHECK(reason(Op::If, {p, a, a}).empty());
  CHECK(reason(Op::At, {a, x}) == "At takes index here, not double");
  CHECK(reason(Op::At, {a, n, n}) == "2 subscripts of an array of rank 1");
  CHECK(reason(Op::At, {a, n}, 0, 0, kIndex) == "the type of At does not fit");
  CHECK(reason(Op::OneHot, {n, p}, 0, 0, g[a].type) == "an element of bool in an array of double");
  CHECK(reason(Op::Pack, {x, x}, 0, 0, g[a].type) == "a Pack of 3 elements has 2");
  CHECK(reason(Op::Map, {x, x}) == "Map takes index here, not double");
  CHECK(reason(Op::Map, {i, x}) == "Map: its own level 1 is free outside its body");
  CHECK(reason(Op::Map, {n, i}, 64) == "there is no level 64");
  CHECK(reason(Op::Map, {n, g.bound(2, 0, kIndex)}) == "Map of level 1 mentions a higher level");
  CHECK(reason(Op::Reduce, {zero, n, zero, x, x}) == "a loop's step is zero");
  CHECK(reason(Op::Reduce, {zero, n, one, x, n}, 1, static_cast<std::uint32_t>(Op::Add)) ==
        "start and body of a Reduce have different types");
  CHECK(reason(Op::Reduce, {zero, n, one, p, p}, 1, static_cast<std::uint32_t>(Op::Add)) ==
        "a Reduce by Add of bool");
  CHECK(reason(Op::Reduce, {zero, n, one, n, n}, 1, static_cast<std::uint32_t>(Op::Fmin)) ==
        "a Reduce by Fmin of index");
  CHECK(reason(Op::ArgReduce, {zero, n, one, x, x}, 1, static_cast<std::uint32_t>(Op::Add)) ==
        "an ArgReduce by Add");
  CHECK(reason(Op::ArgReduce, {zero, n, one, a, a}, 1, static_cast<std::uint32_t>(Op::Min)) ==
        "ArgReduce takes numbers, not arrays");
  CHECK(reason(Op::Write, {zero, n, one, a, x, n, n}) ==
        "2 subscripts and a value of rank 0 in an array of rank 1");
  CHECK(reason(Op::Fold, {zero, n, one, x, p}, 1, 1) == "state 0 changes its type");
  CHECK(reason(Op::Final, {x}) == "a Final is of a Fold");
  const NodeId ragged = g.zeros(g.intern({Element::F64, {i}}));
  CHECK(reason(Op::Map, {n, ragged}) == "a ragged Map");
  CHECK(reason(Op::Trace, {x, x}) == "a Trace is of a Fold");
}
