#include "frontend/initial_values.hpp"

#include <catch2/catch.hpp>

#include "ir/graph.hpp"

namespace gradsmith {
namespace {

bool depends(const Graph& g, NodeId root, NodeId input) {
  return frontend::may_depend(g, {{root}}, {{input}})[0];
}

/// for i in begin..end: array[i] = value
NodeId filled(Graph& g, NodeId array, NodeId begin, NodeId end, NodeId value) {
  const NodeId state = g.bound(1, 1, g[array].type);
  const NodeId index = g.bound(1, 0, scalar_type(Element::Index));
  const NodeId next = g.set(state, {{index}}, value);
  return g.final_state(g.fold(1, {begin, end, g.index(1)}, {{array}}, {{next}}), 0);
}

}  // namespace

TEST_CASE("an array that a loop fills does not depend on its first elements") {
  Graph g;
  const NodeId a = g.input("a", g.array_type(Element::F64, {{3}}));
  const NodeId one = g.constant(1);
  CHECK_FALSE(depends(g, filled(g, a, g.index(0), g.index(3), one), a));
  const NodeId partly = filled(g, a, g.index(1), g.index(3), one);
  CHECK(depends(g, partly, a));
  CHECK(depends(g, g.at(partly, {g.index(0)}), a));
  CHECK_FALSE(depends(g, g.at(partly, {g.index(2)}), a));
}

TEST_CASE("a loop of unknown length may leave elements as they were") {
  Graph g;
  const NodeId a = g.input("a", g.array_type(Element::F64, {{3}}));
  const NodeId n = g.input("n", scalar_type(Element::Index));
  CHECK(depends(g, filled(g, a, g.index(0), n, g.constant(1)), a));
}

TEST_CASE("a choice depends on its condition and, where that is data, on both sides") {
  Graph g;
  const NodeId x = g.input("x", scalar_type(Element::F64));
  const NodeId y = g.input("y", scalar_type(Element::F64));
  const NodeId positive = g.apply(Op::Gt, {y, g.constant(0)});
  const NodeId either = g.choose(positive, x, g.constant(1));
  CHECK(depends(g, either, x));
  CHECK(depends(g, either, y));
  const NodeId known = g.apply(Op::Lt, {g.index(1), g.index(2)});
  CHECK_FALSE(depends(g, g.choose(known, g.constant(1), x), x));
}

TEST_CASE("a large array that loops fill is followed to its end") {
  constexpr std::int64_t n = 20000;
  Graph g;
  const NodeId a = g.input("a", g.array_type(Element::F64, {{n}}));
  const NodeId all = filled(g, a, g.index(0), g.index(n), g.constant(1));
  CHECK_FALSE(depends(g, all, a));
  const NodeId most = filled(g, a, g.index(0), g.index(n - 1), g.constant(1));
  CHECK(depends(g, most, a));
  CHECK_FALSE(depends(g, g.at(most, {g.index(n - 2)}), a));
}

TEST_CASE("a state that is read after its next value was written in place keeps what it held") {
  // for i in 0..2: swap the roles of two arrays, writing to each
  Graph g;
  const TypeId type = g.array_type(Element::F64, {{2}});
  const NodeId a = g.input("a", type), b = g.input("b", type);
  const NodeId first = g.bound(1, 1, type), second = g.bound(1, 2, type);
  const NodeId written = g.set(first, {{g.index(0)}}, g.constant(1));
  const NodeId other = g.set(second, {{g.index(1)}}, g.at(first, {g.index(0)}));
  const NodeId fold = g.fold(1, g.range(g.index(2)), {{a, b}}, {{other, written}});
  const NodeId final_first = g.final_state(fold, 0), final_second = g.final_state(fold, 1);
  // After two trips: first = [1, b[0]'s heir]; second = [1, a[0]].
  CHECK_FALSE(depends(g, g.at(final_first, {g.index(0)}), a));
  CHECK(depends(g, g.at(final_first, {g.index(1)}), b));
  CHECK(depends(g, g.at(final_second, {g.index(1)}), a));
  CHECK_FALSE(depends(g, g.at(final_second, {g.index(0)}), a));
}

TEST_CASE("more inputs than bits are told apart") {
  Graph g;
  std::vector<NodeId> inputs;
  for (int i = 0; i < 150; ++i) {
    inputs.push_back(g.input("x" + std::to_string(i), scalar_type(Element::F64)));
  }
  const NodeId sum = g.apply(Op::Add, {inputs[3], g.apply(Op::Mul, {inputs[77], inputs[149]})});
  const std::vector<bool> found = frontend::may_depend(g, {{sum}}, inputs);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    CHECK(found[i] == (i == 3 || i == 77 || i == 149));
  }
}

}  // namespace gradsmith
