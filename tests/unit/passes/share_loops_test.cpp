// One loop for what several of its kind do: the values stay, the loops become fewer.

#include "passes/share_loops.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "ir/parse.hpp"
#include "ir/verify.hpp"
#include "passes/differentiate.hpp"
#include "passes/forward_loops.hpp"
#include "passes/merge_states.hpp"
#include "passes/rebuild.hpp"
#include "unit/loop_programs.hpp"

namespace gradsmith::test {
namespace {

Function function_of(Graph graph, const std::vector<NodeId>& outputs) {
  Function f;
  f.graph = std::move(graph);
  for (NodeId id : outputs) f.outputs.push_back({"", {}, id});
  return f;
}

std::size_t folds(const Function& f) {
  return static_cast<std::size_t>(std::ranges::count_if(
      reachable(f.graph, roots_of(f)), [&](NodeId id) { return f.graph.op(id) == Op::Fold; }));
}

/// The value, the gradient, and the gradient's change along a direction, as one function.
Function second_order(const LoopProgram& p, Environment& at) {
  Graph g = p.graph;
  std::vector<NodeId> wrt;
  std::vector<Seed> along;
  for (const std::string& name : p.wrt) {
    wrt.push_back(g.find_input(name));
    Value v = p.inputs.at(name);
    for (std::size_t i = 0; i < v.numbers.size(); ++i) {
      v.numbers[i] = 0.3L * static_cast<long double>(i % 4) - 0.5L;
    }
    at["along " + name] = v;
    along.push_back({wrt.back(), g.input("along " + name, g[wrt.back()].type)});
  }
  const Seed seed{p.output, g.constant(1)};
  std::vector<NodeId> outputs{p.output};
  const std::vector<NodeId> partials = reverse(g, nullptr, "f", std::span(&seed, 1), wrt);
  const std::vector<NodeId> products = forward_through_loops(g, nullptr, partials, along);
  outputs.insert(outputs.end(), partials.begin(), partials.end());
  outputs.insert(outputs.end(), products.begin(), products.end());
  return function_of(std::move(g), outputs);
}

std::vector<std::vector<long double>> values(const Function& f, const Environment& at) {
  std::vector<std::vector<long double>> found;
  for (const Output& o : f.outputs) {
    found.push_back(evaluate<long double>(f.graph, o.value, at).numbers);
  }
  return found;
}

/// The sum of `value` over three trips of a loop with those states.
std::string recurrence(const std::string& states, const std::string& nexts,
                       const std::string& value) {
  return "(Reduce Add 1 (0i 3i 1i) 0 (At (Trace 1 (Fold 1 (0i 3i 1i) (" + states + ") (" + nexts +
         ")) " + value + ") (Bound 1 0 index)))";
}

}  // namespace

TEST_CASE("what reads a loop, and the loop with more states, keeps its values") {
  for (const LoopProgram& p : loop_programs()) {
    INFO(p.name);
    Environment at = p.inputs;
    const Function f = second_order(p, at);
    const Function shared = share_loops(f);
    verify(shared.graph, "share_loops");
    const Function merged = merge_states(shared);
    verify(merged.graph, "merge_states");
    const auto expected = values(f, at);
    CHECK(values(shared, at) == expected);
    CHECK(values(merged, at) == expected);
    CHECK(folds(shared) <= folds(f));
  }
}

TEST_CASE("a recurrence, its gradient and that one's change are one loop there and one back") {
  Graph g;
  const NodeId h = parse_sexpr(
      g,
      "(graph (Final 0 (Fold 1 (0i 5i 1i) (0) ((Tanh (Add (Mul (Input \"w\" f64) (Bound 1 1 "
      "f64)) (Input \"x\" f64)))))))");
  const NodeId wrt[] = {g.find_input("w")};
  const Seed seed{h, g.constant(1)};
  const NodeId partial = reverse(g, nullptr, "f", std::span(&seed, 1), wrt)[0];
  const Seed along{wrt[0], g.constant(1)};
  const NodeId second =
      forward_through_loops(g, nullptr, std::span(&partial, 1), std::span(&along, 1))[0];
  const Function f = function_of(std::move(g), {h, partial, second});
  CHECK(folds(f) == 4);
  const Function shared = share_loops(f);
  CHECK(folds(shared) == 2);
  const Environment at = {{"w", {{}, {0.7L}}}, {"x", {{}, {-0.2L}}}};
  CHECK(values(shared, at) == values(f, at));
}

TEST_CASE("a loop that only one side of a choice needs is not run for the other") {
  Graph g;
  const NodeId both = parse_sexpr(
      g,
      "(graph (let %1 (Sin (Add (Bound 1 1 f64) (Input \"x\" f64))))"
      "(Add (Final 0 (Fold 1 (0i 4i 1i) (0) (%1)))"
      "(If (Lt (Input \"x\" f64) 0) "
      "(Final 1 (Fold 1 (0i 4i 1i) (0 1) (%1 (Mul (Bound 1 2 f64) (Bound 1 1 f64))))) 2)))");
  const Function f = function_of(std::move(g), {both});
  REQUIRE(folds(f) == 2);
  CHECK(folds(share_loops(f)) == 2);
}

TEST_CASE("equal states of a loop that is traced become one") {
  const std::string next = "(Sin (Add (Bound 1 1 f64) (Mul (Convert f64 (Bound 1 0 index)) %1)))";
  const std::string other = "(Sin (Add (Bound 1 2 f64) (Mul (Convert f64 (Bound 1 0 index)) %1)))";
  Graph g;
  const NodeId twice =
      parse_sexpr(g, "(graph (let %1 (Input \"x\" f64)) " +
                         recurrence("%1 %1 2", next + " " + other + " (Bound 1 3 f64)",
                                    "(Mul (Mul (Bound 1 1 f64) (Bound 1 2 f64)) (Bound 1 3 f64))") +
                         ")");
  const Function f = function_of(std::move(g), {twice});
  const Function merged = merge_states(f);
  verify(merged.graph, "merge_states");
  const Environment at = {{"x", {{}, {0.3L}}}};
  CHECK(values(merged, at) == values(f, at));
  std::size_t states = 0;
  for (NodeId id : reachable(merged.graph, roots_of(merged))) {
    if (merged.graph.op(id) == Op::Fold) states = merged.graph.fold_parts(id).inits.size();
    // The constant is written out.
    if (merged.graph.op(id) == Op::Bound) CHECK(merged.graph.slot(id) <= 1);
  }
  CHECK(states == 2);
}

}  // namespace gradsmith::test
