// Functions with loops keep their numbers when their arrays get a place in memory.

#include "passes/materialise.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "ir/verify.hpp"
#include "passes/differentiate.hpp"
#include "passes/hoist_values.hpp"
#include "passes/pipeline.hpp"
#include "passes/raise_loops.hpp"
#include "passes/simplify.hpp"
#include "unit/loop_programs.hpp"

using namespace gradsmith;
using namespace gradsmith::test;

namespace {

/// The value of a program and its gradient, as the outputs of a function.
Function with_gradient(LoopProgram& p) {
  std::vector<NodeId> wrt;
  for (const std::string& name : p.wrt) wrt.push_back(p.graph.find_input(name));
  const Seed seed{p.output, p.graph.constant(1)};
  const std::vector<NodeId> partials = reverse(p.graph, nullptr, "f", std::span(&seed, 1), wrt);
  Function f;
  f.graph = p.graph;
  f.name = "f";
  f.outputs.push_back({"", {}, p.output});
  for (NodeId d : partials) f.outputs.push_back({"d", {}, d});
  f.value_outputs = 1;
  return f;
}

/// What buffers hold at first must not matter.
Environment with_buffers(const Function& f, Environment at) {
  for (const Buffer& b : f.buffers) {
    std::vector<std::int64_t> extents;
    std::int64_t count = 1;
    for (NodeId e : f.graph.type_of(b.input).extents) {
      extents.push_back(static_cast<std::int64_t>(evaluate<double>(f.graph, e, at).number()));
      count *= extents.back();
    }
    at[f.graph.input_name(b.input)] =
        Value(f.graph.element(b.input), extents,
              std::vector<long double>(static_cast<std::size_t>(count), std::nanl("")));
  }
  return at;
}

bool only_folds(const Function& f) {
  for (NodeId id : reachable(f.graph, output_values(f))) {
    const Op op = f.graph.op(id);
    if (is_binder(op) && op != Op::Fold && op != Op::Write) return false;
  }
  return true;
}

void check_equal(const Function& before, const Function& after, const Environment& at) {
  for (std::size_t k = 0; k < before.outputs.size(); ++k) {
    const Value a = evaluate<long double>(before.graph, before.outputs[k].value, at);
    const Value b =
        evaluate<long double>(after.graph, after.outputs[k].value, with_buffers(after, at));
    REQUIRE(a.numbers.size() == b.numbers.size());
    for (std::size_t i = 0; i < a.numbers.size(); ++i) {
      INFO("output " << k << ", element " << i);
      // Sums may be added in another order.
      CHECK(std::fabs(a.numbers[i] - b.numbers[i]) <= 1e-16L * (1 + std::fabs(a.numbers[i])));
    }
  }
}

}  // namespace

TEST_CASE("arrays in memory hold what arrays as values do") {
  std::vector<LoopProgram> programs = loop_programs();
  for (LoopProgram& p : programs) {
    INFO(p.name);
    const Function before = with_gradient(p);
    const Function after = materialise(before);
    verify(after.graph, "materialise");
    CHECK(only_folds(after));
    check_equal(before, after, p.inputs);
  }
}

TEST_CASE("raised loops keep their numbers, and so do their gradients") {
  std::vector<LoopProgram> programs = loop_programs();
  for (LoopProgram& p : programs) {
    INFO(p.name);
    const Function before = with_gradient(p);
    Function after = simplify(raise_loops(simplify(before)));
    verify(after.graph, "raise_loops");
    check_equal(before, after, p.inputs);
    after = materialise(std::move(after));
    verify(after.graph, "materialise");
    check_equal(before, after, p.inputs);
  }
}

TEST_CASE("no pass over functions with loops changes what they compute") {
  std::vector<LoopProgram> programs = loop_programs();
  for (LoopProgram& p : programs) {
    INFO(p.name);
    const Function before = with_gradient(p);
    Function f = before;
    for (const Pass& pass : finishing_loops()) {
      INFO(pass.name);
      f = pass.run(std::move(f));
      verify(f.graph, std::string(pass.name));
      check_equal(before, f, p.inputs);
    }
    CHECK(only_folds(f));
  }
}

TEST_CASE("gradients of hoisted values are those of the program") {
  std::vector<LoopProgram> programs = loop_programs();
  for (LoopProgram& p : programs) {
    INFO(p.name);
    Function primal;
    primal.graph = p.graph;
    primal.name = "f";
    primal.outputs = {{"", {}, p.output}};
    const Function hoisted = hoist_values(std::move(primal));
    verify(hoisted.graph, "hoist_values");
    LoopProgram q = p;
    q.graph = hoisted.graph;
    q.output = hoisted.outputs[0].value;
    const Function before = with_gradient(p);
    Function after = with_gradient(q);
    for (const Pass& pass : finishing_loops()) after = pass.run(std::move(after));
    verify(after.graph, "hoist_values");
    check_equal(before, after, p.inputs);
  }
}
