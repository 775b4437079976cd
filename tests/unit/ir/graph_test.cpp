#include "ir/graph.hpp"

#include <catch2/catch.hpp>

#include "ir/parse.hpp"
#include "ir/verify.hpp"
#include "unit/loop_builder.hpp"
#include "unit/special_numbers.hpp"

using namespace gradsmith;
using namespace gradsmith::test;

namespace {

constexpr TypeId kReal = scalar_type(Element::F64);
constexpr TypeId kIndex = scalar_type(Element::Index);

}  // namespace

TEST_CASE("equal expressions are one node") {
  Graph g;
  const NodeId x = g.input("x", kReal);
  const NodeId one = g.constant(1);
  const NodeId sum = g.apply(Op::Add, {x, one});
  const std::size_t size = g.size();
  CHECK(g.apply(Op::Add, {g.input("x", kReal), g.constant(1)}) == sum);
  CHECK(g.size() == size);
  CHECK(g.apply(Op::Add, {one, x}) != sum);
  CHECK(g.apply(Op::Sub, {x, one}) != sum);
}

TEST_CASE("constants differ by their bits and their kind") {
  Graph g;
  CHECK(g.constant(0.0) != g.constant(-0.0));
  CHECK(g.constant(kNan) == g.constant(kNan));
  CHECK(g.constant(1) != g.constant(1, Element::F32));
  CHECK(g.index(1) != g.boolean(true));
  CHECK(g.constant(0.1, Element::F32) == g.constant(static_cast<double>(0.1f), Element::F32));
  CHECK(g.is_constant(g.constant(-0.0), 0));
  CHECK(g.constant_value(g.constant(0.1, Element::F32)) == static_cast<double>(0.1f));
  CHECK(g.index_value(g.index(INT64_MIN)) == INT64_MIN);
}

TEST_CASE("operands precede their users") {
  Graph g;
  const NodeId e = parse_infix(g, "exp(x*y) + sum(i in 0..3: x/double(i))");
  for (NodeId id : reachable(g, std::span(&e, 1))) {
    for (NodeId o : g.operands(id)) CHECK(o < id);
  }
}

TEST_CASE("a node with many operands equals its like") {
  Graph g;
  const TypeId type = g.array_type(Element::F64, {{5}});
  std::vector<NodeId> elements;
  for (int i = 0; i < 5; ++i) elements.push_back(g.constant(i));
  const NodeId a = g.pack(type, elements);
  CHECK(g.pack(type, elements) == a);
  CHECK(std::ranges::equal(g.operands(a), elements));
  elements[4] = g.constant(7);
  CHECK(g.pack(type, elements) != a);
}

TEST_CASE("a million nodes stay one of each") {
  Graph g;
  const NodeId x = g.input("x", kReal);
  NodeId first = x;
  for (int i = 0; i < 1000000; ++i) first = g.apply(Op::Mul, {first, x});
  const std::size_t size = g.size();
  NodeId second = x;
  for (int i = 0; i < 1000000; ++i) second = g.apply(Op::Mul, {second, x});
  CHECK(first == second);
  CHECK(g.size() == size);
}

TEST_CASE("types are equal where element and extents are") {
  Graph g;
  const NodeId n = g.input("n", kIndex);
  CHECK(g.intern({Element::F64, {n}}) == g.intern({Element::F64, {n}}));
  CHECK(g.intern({Element::F64, {n}}) != g.intern({Element::F32, {n}}));
  CHECK(g.intern({Element::F64, {}}) == kReal);
  const TypeId matrix = g.array_type(Element::F64, {{3, 4}});
  CHECK(g.element_count(matrix) == 12);
  CHECK(g.element_count(kReal) == 1);
  CHECK(g.constant_extents(matrix) == std::vector<std::int64_t>{3, 4});
  CHECK_FALSE(g.has_constant_extents(g.intern({Element::F64, {g.index(3), n}})));
}

TEST_CASE("an input keeps its type, and is found by its name") {
  Graph g;
  const NodeId x = g.input("x", kReal);
  CHECK(g.find_input("x") == x);
  CHECK(g.find_input("y") == kNoNode);
  CHECK(g.input_name(x) == "x");
}

TEST_CASE("conversions to the same kind and choices between the same are no nodes") {
  Graph g;
  const NodeId x = g.input("x", kReal);
  CHECK(g.convert(Element::F64, x) == x);
  CHECK(g.convert(Element::F32, x) != x);
  const NodeId c = g.input("c", scalar_type(Element::Bool));
  CHECK(g.choose(c, x, x) == x);
}

TEST_CASE("loops that are equal up to renaming are one node") {
  Graph g;
  const auto squares = [&](int level) {
    const NodeId i = g.convert(Element::F64, g.bound(level, 0, kIndex));
    return g.map(level, g.index(3), g.apply(Op::Mul, {i, i}));
  };
  const NodeId at_one = squares(1);
  for (int level : {2, 5, 63}) CHECK(squares(level) == at_one);
  CHECK(g[at_one].level == 1);
}

TEST_CASE("an invariant inner loop is the same node as the outer one") {
  Graph g;
  LoopBuilder b(g);
  const Expr a = b.input("a", {4});
  const auto inner = [&] { return b.sum(b.index(4), [&](Expr j) { return sin(b.at(a, {j})); }); };
  const Expr outer = b.sum(b.index(3), [&](Expr i) { return inner() * b.at(a, {i}); });
  const NodeId body = g.operand(outer.id, 4);
  CHECK(g.operand(body, 0) == inner().id);
  CHECK(g[inner().id].level == 1);
  CHECK(g.free(body) == Graph::bit(1));
}

TEST_CASE("a loop's level is one above the highest level free in it") {
  Graph g;
  LoopBuilder b(g);
  const Expr a = b.input("a", {4, 4});
  // Inner loops by what they mention: both indices, the outer one, the middle one, none.
  const Expr e = b.sum(b.index(4), [&](Expr i) {
    return b.sum(b.index(4), [&](Expr j) {
      const Expr both =
          b.sum(b.index(4), [&](Expr k) { return b.at(a, {i, k}) * b.at(a, {j, k}); });
      const Expr first = b.sum(b.index(4), [&](Expr k) { return b.at(a, {i, k}); });
      const Expr second = b.sum(b.index(4), [&](Expr k) { return b.at(a, {j, k}); });
      const Expr none = b.sum(b.index(4), [&](Expr k) { return b.at(a, {k, k}); });
      CHECK(g[both.id].level == 3);
      CHECK(g[first.id].level == 2);
      CHECK(g[second.id].level == 3);
      CHECK(g[none.id].level == 1);
      return both + first + second + none;
    });
  });
  CHECK(g[e.id].level == 1);
  CHECK(g.free(e.id) == 0);
  CHECK(violations(g).empty());
}

TEST_CASE("extents of run-time length count as what a node depends on") {
  Graph g;
  LoopBuilder b(g, 1);
  const NodeId i = g.bound(1, 0, kIndex);
  const Expr zeros{&g, g.zeros(g.intern({Element::F64, {i}}))};
  CHECK(g.free(zeros.id) == Graph::bit(1));
  CHECK(g[zeros.id].level == 2);
  const NodeId wide[] = {g.index(0)};
  CHECK(g.free(g.one_hot(g.intern({Element::F64, {i}}), wide, g.constant(1))) == Graph::bit(1));
}

TEST_CASE("fewer indices than extents give a sub-array") {
  Graph g;
  LoopBuilder b(g);
  const Expr m = b.input("m", {2, 3});
  CHECK(g.constant_extents(g[b.at(m, {b.index(1)}).id].type) == std::vector<std::int64_t>{3});
  CHECK(g.at(m.id, {}) == m.id);
}

TEST_CASE("zeros of any type are Maps of a zero") {
  Graph g;
  CHECK(g.zeros(kReal) == g.constant(0));
  CHECK(g.zeros(kIndex) == g.index(0));
  CHECK(g.zeros(g.array_type(Element::F64, {{2, 3}})) ==
        parse_infix(g, "map(i in 0..2: map(j in 0..3: 0))"));
}

TEST_CASE("a node rebuilt on its own operands is itself, of every kind") {
  Graph g;
  g.input("a", g.array_type(Element::F64, {{3}}));
  g.input("n", kIndex);
  for (const char* text :
       {"x + 2", "float(x)", "x < 1 ? x : 2", "a[n]", "onehot(3: n, x)", "pack(4: x, x, x, 1)",
        "map(i in 0..3: a[i])", "write(i in 0..3 from a: i, x)", "sum(i in 0..n: a[i])",
        "argmin(i in 0..n from inf: a[i])", "fold(i in 0..n, s from x, t from 1: s*t, t + a[i])",
        "fold(i in 0..n, s from x: s*2).0", "trace(fold(i in 0..n, s from x: s*2), i, s: s)"}) {
    INFO(text);
    const NodeId id = parse_infix(g, text);
    CHECK(g.with_operands(id, g.operands(id)) == id);
  }
}

TEST_CASE("a fold comes apart into its range, inits and nexts") {
  Graph g;
  const NodeId f = parse_infix(g, "fold(i in 1..9 by 2, s from x, t from 1: s*t, t + 1)");
  const FoldParts parts = g.fold_parts(f);
  CHECK(parts.level == 1);
  CHECK(parts.range.begin == g.index(1));
  CHECK(parts.range.end == g.index(9));
  CHECK(parts.range.step == g.index(2));
  REQUIRE(parts.inits.size() == 2);
  CHECK(parts.inits[0] == g.find_input("x"));
  CHECK(parts.nexts[1] == g.apply(Op::Add, {g.bound(1, 2, kReal), g.constant(1)}));
  CHECK(g.outside_operands(f) == 5);
}

TEST_CASE("what was made since a mark is taken back, and made again with the same ids") {
  Graph g;
  const NodeId x = g.input("x", kReal);
  NodeId sum = x;
  for (int k = 0; k < 300; ++k) sum = g.apply(Op::Add, {sum, g.constant(k)});
  const Graph::Mark mark = g.mark();
  // Enough for the table to grow several times, long operand lists, types and inputs among it.
  const auto more = [&] {
    std::vector<NodeId> made;
    NodeId product = g.input("y", kReal);
    for (int k = 0; k < 5000; ++k) {
      product = g.apply(Op::Mul, {product, g.apply(Op::Add, {x, g.constant(k + 0.5)})});
      made.push_back(product);
    }
    const std::int64_t four[] = {4};
    const NodeId elements[] = {x, sum, product, x};
    made.push_back(g.pack(g.array_type(Element::F64, four), elements));
    return made;
  };
  const std::vector<NodeId> first = more();
  g.take_back(mark);
  CHECK(g.size() == mark.nodes);
  CHECK(g.find_input("y") == kNoNode);
  CHECK(g.find_input("x") == x);
  // What stays is found, and nothing else.
  NodeId again = x;
  for (int k = 0; k < 300; ++k) again = g.apply(Op::Add, {again, g.constant(k)});
  CHECK(again == sum);
  CHECK(g.size() == mark.nodes);
  CHECK(more() == first);
  const std::size_t size = g.size();
  CHECK(more() == first);
  CHECK(g.size() == size);
}
