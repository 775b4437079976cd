#include "passes/unroll.hpp"

#include <catch2/catch.hpp>

#include "ir/evaluate.hpp"
#include "ir/expr.hpp"

using namespace gradsmith;

namespace {

constexpr TypeId kReal = scalar_type(Element::F64);
constexpr TypeId kIndex = scalar_type(Element::Index);

Function with_output(Graph g, NodeId value) {
  Function f;
  f.graph = std::move(g);
  f.outputs.push_back({"", {}, value});
  f.value_outputs = 1;
  return f;
}

bool has_loops(const Function& f) {
  for (NodeId id : reachable(f.graph, output_values(f))) {
    if (is_binder(f.graph.op(id)) || f.graph.op(id) == Op::Final) return true;
  }
  return false;
}

/// Unrolls and checks that the value stays, bit for bit.
Function checked(Graph g, NodeId value, const Environment& at) {
  const Value before = evaluate<double>(g, value, at);
  Function f = unroll(with_output(std::move(g), value));
  CHECK_FALSE(has_loops(f));
  const Value after = evaluate<double>(f.graph, f.outputs[0].value, at);
  CHECK(after.numbers == before.numbers);
  return f;
}

}  // namespace

TEST_CASE("a sum over a fold becomes the author's additions in order") {
  Graph g;
  const std::int64_t n[] = {3};
  const NodeId a = g.input("a", g.array_type(Element::F64, n));
  const NodeId i = g.bound(1, 0, kIndex);
  const NodeId s = g.bound(1, 1, kReal);
  const NodeId inits[] = {g.constant(0)};
  const NodeId nexts[] = {g.apply(Op::Add, {s, g.at(a, {i})})};
  const NodeId sum = g.final_state(g.fold(1, g.range(g.index(3)), inits, nexts), 0);
  Function f = checked(std::move(g), sum, {{"a", Value::vector({0.1L, 0.7L, 0.2L})}});
  Graph& h = f.graph;
  NodeId expected = h.constant(0);
  for (int k = 0; k < 3; ++k) expected = h.apply(Op::Add, {expected, h.at(a, {h.index(k)})});
  CHECK(f.outputs[0].value == expected);
}

TEST_CASE("a triangular nest with a backward range and a local array unrolls") {
  // t[i] = a[i] * a[i]; s = sum over i from 4 down to 0, j < i, of t[j] * a[i]
  Graph g;
  const std::int64_t n[] = {5};
  const TypeId array = g.array_type(Element::F64, n);
  const NodeId a = g.input("a", array);
  const NodeId i = g.bound(1, 0, kIndex);
  const NodeId t0 = g.bound(1, 1, array);
  const NodeId ai = g.at(a, {i});
  const NodeId fill[] = {g.set(t0, std::span(&i, 1), g.apply(Op::Mul, {ai, ai}))};
  const NodeId start[] = {g.input("?t", array)};
  const NodeId t = g.final_state(g.fold(1, g.range(g.index(5)), start, fill), 0);
  const NodeId j = g.bound(2, 0, kIndex);
  const NodeId s1 = g.bound(1, 1, kReal);
  const NodeId s2 = g.bound(2, 1, kReal);
  const NodeId inner_next[] = {g.apply(Op::Add, {s2, g.apply(Op::Mul, {g.at(t, {j}), ai})})};
  const NodeId inner_init[] = {s1};
  const NodeId inner = g.final_state(g.fold(2, g.range(i), inner_init, inner_next), 0);
  const NodeId outer_init[] = {g.constant(0)};
  const NodeId outer_next[] = {inner};
  const Range down{g.index(4), g.index(-1), g.index(-1)};
  const NodeId sum = g.final_state(g.fold(1, down, outer_init, outer_next), 0);
  const std::vector<long double> values{1.5L, -2.25L, 0.5L, 3.0L, -0.75L};
  Environment at{{"a", Value::vector(values)}, {"?t", Value::vector({0, 0, 0, 0, 0})}};
  checked(std::move(g), sum, at);
}

TEST_CASE("a version of an array that later trips read is there after another was made of it") {
  // t[0] = 0.5; u = t; u[1] = -3; s = sum over i and j of t[j] * a[i]; s + u[1]
  Graph g;
  const std::int64_t n[] = {3};
  const NodeId a = g.input("a", g.array_type(Element::F64, n));
  const NodeId first[] = {g.index(0)};
  const NodeId second[] = {g.index(1)};
  const NodeId t = g.set(a, first, g.constant(0.5));
  const NodeId u = g.set(t, second, g.constant(-3));
  const NodeId i = g.bound(1, 0, kIndex);
  const NodeId j = g.bound(2, 0, kIndex);
  const NodeId term = g.apply(Op::Mul, {g.at(t, {j}), g.at(a, {i})});
  const NodeId inner_init[] = {g.bound(1, 1, kReal)};
  const NodeId inner_next[] = {g.apply(Op::Add, {g.bound(2, 1, kReal), term})};
  const NodeId inner = g.final_state(g.fold(2, g.range(g.index(3)), inner_init, inner_next), 0);
  const NodeId outer_init[] = {g.constant(0)};
  const NodeId outer_next[] = {inner};
  const NodeId sum = g.final_state(g.fold(1, g.range(g.index(3)), outer_init, outer_next), 0);
  const NodeId value = g.apply(Op::Add, {sum, g.at(u, {second[0]})});
  REQUIRE(u < sum);
  checked(std::move(g), value, {{"a", Value::vector({0.1L, 0.7L, 0.2L})}});
}

TEST_CASE("a loop whose bound is known only at run time is refused") {
  Graph g;
  const NodeId n = g.input("n", kIndex);
  const NodeId s = g.bound(1, 1, kReal);
  const NodeId inits[] = {g.input("x", kReal)};
  const NodeId nexts[] = {g.apply(Op::Mul, {s, s})};
  const NodeId end = g.final_state(g.fold(1, g.range(n), inits, nexts), 0);
  CHECK_THROWS_WITH(unroll(with_output(std::move(g), end)), Catch::Contains("gs-loop-bound"));
}

TEST_CASE("storage that is read before it is written is refused, and only then") {
  Graph g;
  const std::int64_t n[] = {2};
  const TypeId array = g.array_type(Element::F64, n);
  const NodeId raw = g.input("?t", array);
  const NodeId x = g.input("x", kReal);
  const NodeId zero = g.index(0);
  const NodeId t = g.set(raw, std::span(&zero, 1), x);
  const NodeId first = g.at(t, {g.index(0)});
  const NodeId second = g.apply(Op::Neg, {g.at(t, {g.index(1)})});
  CHECK(unroll(with_output(g, first)).outputs[0].value == x);
  CHECK_THROWS_WITH(unroll(with_output(g, second)), Catch::Contains("gs-uninitialised"));
}

TEST_CASE("a subscript outside its array is refused where it is needed, and only then") {
  Graph g;
  const std::int64_t n[] = {2};
  const NodeId a = g.input("a", g.array_type(Element::F64, n));
  const NodeId i = g.bound(1, 0, kIndex);
  const NodeId s = g.bound(1, 1, kReal);
  const Expr index{&g, i};
  const NodeId before = g.at(a, {(index - 1).id});
  const NodeId guarded = g.choose((0 < index).id, before, g.constant(0));
  const NodeId inits[] = {g.constant(0)};
  const NodeId good[] = {g.apply(Op::Add, {s, guarded})};
  const NodeId bad[] = {g.apply(Op::Add, {s, before})};
  const NodeId accepted = g.final_state(g.fold(1, g.range(g.index(2)), inits, good), 0);
  const NodeId refused = g.final_state(g.fold(1, g.range(g.index(2)), inits, bad), 0);
  CHECK_NOTHROW(unroll(with_output(g, accepted)));
  CHECK_THROWS_WITH(unroll(with_output(g, refused)), Catch::Contains("gs-index-range"));
}

TEST_CASE("a subscript that run time decides chooses among the elements") {
  Graph g;
  const std::int64_t n[] = {3};
  const NodeId a = g.input("a", g.array_type(Element::F64, n));
  const NodeId k = g.input("k", kIndex);
  const NodeId x = g.input("x", kReal);
  const NodeId written = g.set(a, std::span(&k, 1), x);
  const NodeId picked = g.at(written, {g.index(1)});
  const NodeId value = g.apply(Op::Add, {g.at(a, {k}), picked});
  for (int at = 0; at < 3; ++at) {
    checked(g, value, {{"a", Value::vector({1, 2, 4})}, {"k", Value::index(at)}, {"x", 10.0}});
  }
}

TEST_CASE("an element of an array of the author's is named after its place") {
  Graph g;
  const std::int64_t n[] = {2};
  const TypeId array = g.array_type(Element::F64, n);
  const NodeId one = g.index(1);
  const NodeId x = g.input("x", kReal);
  const NodeId square = g.apply(Op::Mul, {x, x});
  const NodeId t = g.set(g.input("?t", array), std::span(&one, 1), square);
  Function f = with_output(std::move(g), kNoNode);
  f.provenance.add(t, {"t", "", {0, 3, 5}});
  f.outputs[0].value = f.graph.apply(Op::Neg, {f.graph.at(t, {one})});
  f = unroll(std::move(f));
  REQUIRE(f.provenance.named(square));
  CHECK(f.provenance.named(square)->name == "t_1");
}
