// Sums in lanes are the sums, whatever is left over beside the blocks of eight.

#include "passes/lanes.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "ir/verify.hpp"
#include "passes/differentiate.hpp"
#include "passes/pipeline.hpp"
#include "unit/loop_program.hpp"

using namespace gradsmith;
using namespace gradsmith::test;

namespace {

/// Functions of w (three numbers), x and y (n, as long as an Input says).
struct Sample {
  Graph graph;
  NodeId output = kNoNode;
};

struct Pieces {
  LoopBuilder b;
  Expr n, w, x, y;
  explicit Pieces(Graph& g)
      : b(g),
        n{&g, g.input("n", scalar_type(Element::Index))},
        w(b.input("w", {3})),
        x{&g, g.input("x", g.intern({Element::F64, {n.id}}))},
        y{&g, g.input("y", g.intern({Element::F64, {n.id}}))} {}
};

/// The squared residuals of a polynomial by Horner's rule.
Sample residuals() {
  Sample s;
  Pieces p(s.graph);
  LoopBuilder& b = p.b;
  s.output = b.sum(p.n, [&](Expr i) {
                const Expr xi = b.at(p.x, {i});
                const Expr fold = b.fold(b.range(b.index(2), b.index(-1), -1), {b.real(0)},
                                         [&](Expr k, const std::vector<Expr>& state) {
                                           return std::vector{state[0] * xi + b.at(p.w, {k})};
                                         });
                const Expr r = b.final_state(fold, 0) - b.at(p.y, {i});
                return r * r;
              }).id;
  return s;
}

/// Neighbours, a choice in each lane, and the greatest of all.
Sample neighbours() {
  Sample s;
  Pieces p(s.graph);
  LoopBuilder& b = p.b;
  const Range inner = b.range(b.index(1), p.n, 1);
  const Expr sum = b.reduce(Op::Add, inner, b.real(0.5), [&](Expr i) {
    const Expr step = b.at(p.x, {i}) - b.at(p.x, {i - 1});
    return choose(step < 0, -step, step * b.at(p.w, {b.index(0)})) / (2 + step * step);
  });
  const Expr top = b.reduce(Op::Max, b.upto(p.n), b.real(-3),
                            [&](Expr i) { return b.at(p.y, {i}) * b.at(p.w, {b.index(1)}); });
  s.output = (sum * top + top).id;
  return s;
}

using Names = std::vector<std::string>;

Function with_gradient(Sample s, const Names& by) {
  const Seed seed{s.output, s.graph.constant(1)};
  std::vector<NodeId> wrt;
  for (const std::string& name : by) wrt.push_back(s.graph.find_input(name));
  const std::vector<NodeId> partials = reverse(s.graph, nullptr, "f", std::span(&seed, 1), wrt);
  Function f;
  f.name = "f";
  f.graph = std::move(s.graph);
  f.outputs.push_back({"", {}, s.output});
  for (NodeId d : partials) f.outputs.push_back({"d", {}, d});
  f.value_outputs = 1;
  return f;
}

Environment numbers(std::size_t n) {
  LoopNumbers r(n + 1);
  return {{"n", Value::index(static_cast<std::int64_t>(n))},
          {"w", Value::vector(r.list(3))},
          {"x", Value(Element::F64, {static_cast<std::int64_t>(n)}, r.list(n))},
          {"y", Value(Element::F64, {static_cast<std::int64_t>(n)}, r.list(n))}};
}

/// How many loops run over blocks of eight trips.
std::size_t blocks(const Function& f) {
  const std::vector<NodeId> live = reachable(f.graph, output_values(f));
  return static_cast<std::size_t>(std::ranges::count_if(live, [&](NodeId id) {
    return f.graph.op(id) == Op::Fold && f.graph.op(f.graph.range_of(id).end) == Op::Quotient;
  }));
}

void check(Sample sample, const Names& by, std::size_t loops_in_lanes) {
  const Function before = with_gradient(std::move(sample), by);
  Function f = before;
  bool seen = false;
  for (const Pass& pass : finishing_loops()) {
    f = pass.run(std::move(f));
    if (pass.name != "lanes") continue;
    seen = true;
    verify(f.graph, "lanes");
    CHECK(blocks(f) == loops_in_lanes);
    for (const std::size_t n : {0u, 1u, 7u, 8u, 9u, 16u, 23u, 40u}) {
      const Environment at = numbers(n);
      for (std::size_t k = 0; k < before.outputs.size(); ++k) {
        INFO("n = " << n << ", output " << k);
        const Value a = evaluate<long double>(before.graph, before.outputs[k].value, at);
        const Value b = evaluate<long double>(f.graph, f.outputs[k].value, at);
        REQUIRE(a.numbers.size() == b.numbers.size());
        for (std::size_t i = 0; i < a.numbers.size(); ++i) {
          CHECK(std::fabs(a.numbers[i] - b.numbers[i]) <= 1e-16L * (1 + std::fabs(a.numbers[i])));
        }
      }
    }
  }
  CHECK(seen);
}

}  // namespace

TEST_CASE("sums over samples with a loop inside run in lanes, their gradient into arrays too") {
  check(residuals(), {"w", "y"}, 1);
}

TEST_CASE("sums whose adjoints need what an inner loop had on the way stay as they are") {
  check(residuals(), {"x"}, 0);
}

TEST_CASE("sums over neighbours with a choice in each lane run in lanes") {
  // The extremum shares its loop with the place that it has, which does not.
  check(neighbours(), {"w", "x", "y"}, 1);
}

TEST_CASE("extrema whose place nobody asks for run in lanes") { check(neighbours(), {}, 2); }

TEST_CASE("under the strict policy no sum runs in lanes") {
  Function f = with_gradient(residuals(), {"w"});
  f.policy = FpPolicy::Strict;
  for (const Pass& pass : finishing_loops()) f = pass.run(std::move(f));
  CHECK(blocks(f) == 0);
}
