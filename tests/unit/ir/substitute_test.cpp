#include "ir/substitute.hpp"

#include <catch2/catch.hpp>

#include "ir/parse.hpp"
#include "ir/print.hpp"
#include "ir/verify.hpp"
#include "unit/loop_builder.hpp"
#include "unit/naive_evaluate.hpp"
#include "unit/random_expressions.hpp"

using namespace gradsmith;
using namespace gradsmith::test;

namespace {

constexpr TypeId kIndex = scalar_type(Element::Index);
constexpr TypeId kReal = scalar_type(Element::F64);

}  // namespace

TEST_CASE("an index is replaced wherever it is free, and nowhere else") {
  Graph g;
  LoopBuilder b(g, 1);
  const Expr a = b.input("a", {9});
  const Expr i{&g, g.bound(1, 0, kIndex)};
  const Expr body = b.at(a, {i}) + b.sum(i, [&](Expr j) { return b.at(a, {j + i}); }) +
                    b.sum(b.index(3), [&](Expr k) { return b.at(a, {k}); });
  // The last sum is a loop of level 1 too; its own index is another one.
  const NodeId values[] = {g.index(4)};
  CHECK(substitute(g, body.id, 1, values) ==
        parse_infix(g, "a[4] + sum(j in 0..4: a[j + 4]) + sum(k in 0..3: a[k])"));
}

TEST_CASE("what is put into a loop is not captured by it") {
  Graph g;
  LoopBuilder b(g);
  const Expr a = b.input("a", {9});
  // sum over j of a[j + i], with i := the index of a loop of the level that j has there.
  const Expr i{&g, g.bound(1, 0, kIndex)};
  const Expr inner{&g, g.reduce(Op::Add, 2, b.upto(b.index(3)), g.constant(0),
                                b.at(a, {Expr{&g, g.bound(2, 0, kIndex)} + i}).id)};
  const Expr other{&g, g.bound(2, 0, kIndex)};
  const NodeId values[] = {(other * 2).id};
  const NodeId result = substitute(g, inner.id, 1, values);
  CHECK(g.free(result) == Graph::bit(2));
  CHECK(g[result].level == 3);
  const Environment at{{"a", Value::vector({1, 2, 4, 8, 16, 32, 64, 128, 256})}};
  CHECK(NaiveEvaluator(g, at)(result, {{2, {Value::index(3)}}}).number() == 64 + 128 + 256);
}

TEST_CASE("targets of one scope that are levels of another do not mix them up") {
  // Closing the outermost loop moves three levels down at once: 2 to 1, 3 to 2, 4 to 3.
  Graph g;
  LoopBuilder b(g);
  const Expr w = b.input("w", {3, 3});
  const auto build = [&](int first) {
    const auto bound = [&](int k, int slot, TypeId type) {
      return Expr{&g, g.bound(first + k, slot, type)};
    };
    const Expr state = bound(0, 1, kReal);
    const Expr product = b.at(w, {bound(1, 0, kIndex), bound(2, 0, kIndex)}) * state;
    const NodeId row = g.reduce(Op::Add, first + 2, b.upto(b.index(3)), g.constant(0), product.id);
    const NodeId sum = g.reduce(Op::Add, first + 1, b.upto(b.index(3)), g.constant(0), row);
    const NodeId init[] = {g.constant(1)};
    return g.final_state(g.fold(first, b.upto(b.index(2)), init, std::span(&sum, 1)), 0);
  };
  const NodeId at_one = build(1);
  CHECK(build(2) == at_one);
  CHECK(build(7) == at_one);
}

TEST_CASE("extents of inner arrays are substituted too") {
  Graph g;
  LoopBuilder b(g, 1);
  const Expr i{&g, g.bound(1, 0, kIndex)};
  const Expr ramp = b.map(i, [&](Expr j) { return b.to_real(j * i); });
  const NodeId values[] = {g.index(3)};
  const NodeId result = substitute(g, ramp.id, 1, values);
  CHECK(result == parse_infix(g, "map(j in 0..3: double(j*3i))"));
  CHECK(g.constant_extents(g[result].type) == std::vector<std::int64_t>{3});
}

TEST_CASE("states are replaced by slot, and those that are not given stay") {
  Graph g;
  const Expr s1{&g, g.bound(1, 1, kReal)};
  const Expr s2{&g, g.bound(1, 2, kReal)};
  const Expr x{&g, g.input("x", kReal)};
  const NodeId values[] = {kNoNode, x.id};
  CHECK(substitute(g, (s1 * s2).id, 1, values) == (x * s2).id);
  const NodeId swapped[] = {kNoNode, s2.id, s1.id};
  CHECK(substitute(g, (s1 - s2).id, 1, swapped) == (s2 - s1).id);
}

TEST_CASE("a traced body that takes in its own fold's level is a bug that is noticed") {
  Graph g;
  LoopBuilder b(g);
  // The trace's body mentions level 1, its fold (of level 3) mentions level 2.
  const NodeId i1 = g.bound(1, 0, kIndex);
  const Expr x2 = b.to_real(Expr{&g, g.bound(2, 0, kIndex)});
  const Expr s3{&g, g.bound(3, 1, kReal)};
  const NodeId next = (s3 + x2).id;
  const NodeId fold = g.fold(3, b.upto(b.index(2)), std::span(&x2.id, 1), std::span(&next, 1));
  const NodeId trace = g.trace(fold, (s3 + b.to_real(Expr{&g, i1})).id);
  const NodeId lower[] = {g.bound(2, 0, kIndex)};
  const NodeId moved = substitute(g, trace, 1, lower);
  CHECK(g.free(moved) == Graph::bit(2));
  const Environment none;
  CHECK(same_value(NaiveEvaluator(g, none)(moved, {{2, {Value::index(5)}}}),
                   Value::vector({10, 15})));
}

TEST_CASE("random bodies mean, with values put in, what they mean with those values bound") {
  int inside_loops = 0;
  for (unsigned seed = 0; seed < 3000; ++seed) {
    Graph g;
    RandomExpressions random(g, seed, true);
    const int level = 1 + static_cast<int>(seed % 3);
    const NodeId body = random.open_body(level, 4);
    // The values mention levels below, at and above the body's, which its loops use as well. A
    // traced body cannot take in high levels, so bodies with traces get low ones.
    const auto nodes = reachable(g, std::span(&body, 1));
    const bool traces = std::ranges::any_of(nodes, [&](NodeId n) { return g.op(n) == Op::Trace; });
    const int other = traces ? 1 : 1 + static_cast<int>(seed / 3 % 5);
    const Expr index{&g, g.bound(other, 0, kIndex)};
    const Expr real{&g, g.bound(other, 1, kReal)};
    const NodeId values[] = {(index - 1).id, (real * 0.5 + 1.0).id};
    const NodeId result = substitute(g, body, level, values);
    INFO("seed " << seed << ": " << to_infix(g, body));
    REQUIRE(violations(g).empty());
    const Environment inputs = random.inputs();
    const NaiveEvaluator naive(g, inputs);
    const long double i = 2;
    const long double x = 0.75L;
    const NaiveBindings outer{{other, {Value(Element::Index, i), Value(Element::F64, x)}}};
    const NaiveBindings direct{
        {level, {Value(Element::Index, i - 1), Value(Element::F64, x * 0.5L + 1)}}};
    REQUIRE(same_value(naive(result, outer), naive(body, direct)));
    for (NodeId n : nodes) {
      inside_loops += is_binder(g.op(n)) && (g.free(n) & Graph::bit(level)) != 0 ? 1 : 0;
    }
  }
  CHECK(inside_loops > 500);
}

TEST_CASE("a renamed body means the same under its new name") {
  for (unsigned seed = 0; seed < 1000; ++seed) {
    Graph g;
    RandomExpressions random(g, seed, true);
    const NodeId body = random.open_body(2, 4);
    const NodeId renamed = relevel(g, body, 2, 1);
    INFO("seed " << seed << ": " << to_infix(g, body));
    REQUIRE((g.free(renamed) & ~Graph::bit(1)) == 0);
    const Environment inputs = random.inputs();
    const NaiveEvaluator naive(g, inputs);
    const std::vector<Value> states{Value::index(1), Value(0.25)};
    REQUIRE(same_value(naive(renamed, {{1, states}}), naive(body, {{2, states}})));
    REQUIRE(relevel(g, renamed, 1, 2) == body);
  }
}

TEST_CASE("a million-deep body is substituted without a deep stack") {
  Graph g;
  const Expr i{&g, g.bound(1, 1, kReal)};
  Expr body = i;
  for (int k = 0; k < 1000000; ++k) body = body + i;
  const Expr x{&g, g.input("x", kReal)};
  const NodeId values[] = {kNoNode, x.id};
  const NodeId result = substitute(g, body.id, 1, values);
  CHECK(evaluate<double>(g, result, {{"x", 1}}).number() == 1000001);
}

TEST_CASE("replacing nodes rebuilds what stands above them") {
  Graph g;
  const NodeId x = parse_infix(g, "x");
  const NodeId sum = parse_infix(g, "x + y");
  const NodeId whole = parse_infix(g, "exp(x + y) * (x + y) + sum(i in 0..3: double(i)*x)");
  const NodeId from[] = {sum, x};
  const NodeId to[] = {parse_infix(g, "t"), parse_infix(g, "2")};
  CHECK(replace(g, whole, from, to) == parse_infix(g, "exp(t)*t + sum(i in 0..3: double(i)*2)"));
  CHECK(replace(g, whole, {}, {}) == whole);
}

TEST_CASE("trip counts are those of the C++ loop") {
  for (std::int64_t begin = -3; begin <= 3; ++begin) {
    for (std::int64_t end = -3; end <= 3; ++end) {
      for (std::int64_t step : {-3, -2, -1, 1, 2, 3}) {
        std::int64_t trips = 0;
        for (std::int64_t i = begin; step > 0 ? i < end : i > end; i += step) ++trips;
        CHECK(trip_count(begin, end, step) == trips);
        Graph g;
        const NodeId b = g.input("b", kIndex);
        const NodeId e = g.input("e", kIndex);
        const NodeId count = trip_count(g, {b, e, g.index(step)});
        const Environment at{{"b", Value::index(begin)}, {"e", Value::index(end)}};
        CHECK(evaluate<double>(g, count, at).number() == trips);
      }
    }
  }
}

TEST_CASE("the index at a trip is begin + trip * step") {
  Graph g;
  const NodeId t = g.input("t", kIndex);
  const auto at = [&](std::int64_t begin, std::int64_t step) {
    return to_infix(g, index_at_trip(g, {g.index(begin), g.index(9), g.index(step)}, t));
  };
  CHECK(at(0, 1) == "t");
  CHECK(at(2, 1) == "(2i + t)");
  CHECK(at(0, -2) == "(t * -2i)");
  CHECK(at(5, 3) == "(5i + (t * 3i))");
}
