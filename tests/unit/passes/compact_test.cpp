#include "passes/compact.hpp"

#include <catch2/catch.hpp>

#include "ir/expr.hpp"
#include "passes/simplify.hpp"
#include "unit/passes/scalar_graphs.hpp"

namespace gradsmith::test {
namespace {

/// sum = sum * k + x for k from 2 on, below `steps`, with as many nodes that nobody needs.
Function function_with_waste(int steps) {
  Function f;
  f.name = "f";
  Parameter p;
  p.name = "x";
  p.leaves.push_back(
      {{}, scalar_type(Element::F64), f.graph.input("x", scalar_type(Element::F64))});
  f.parameters.push_back(p);
  const Expr x{&f.graph, p.leaves[0].input};
  Expr sum = x;
  for (int k = 2; k < steps; ++k) {
    (void)(sum * sum);
    sum = sum * static_cast<double>(k) + x;
  }
  f.provenance.add(sum.id, {"sum", "", {0, 3, 1}});
  f.locals.push_back({"sum", sum.id, 1, false, false, {}});
  f.locals.push_back({"waste", (sum * sum).id, 1, false, false, {}});
  f.first_derived = static_cast<NodeId>(f.graph.size());
  f.outputs.push_back({"", {}, exp(sum).id});
  f.value_outputs = 1;
  return f;
}

double value_at(const Function& f, double x) {
  std::vector<double> inputs(f.graph.size(), 0);
  inputs[f.parameters[0].leaves[0].input] = x;
  return evaluate_scalars(f.graph, reachable(f.graph, output_values(f)),
                          inputs)[f.outputs[0].value];
}

TEST_CASE("a large function loses its dead nodes and nothing else") {
  const Function f = simplify(function_with_waste(20'000));
  const std::vector<NodeId> live = reachable(f.graph, output_values(f));
  const Function g = compact_large(f);
  CHECK(g.graph.size() == live.size());
  CHECK(g.graph.size() < f.graph.size());
  for (const double x : {0.0, -1e-300, 0.3}) CHECK(same_bits(value_at(g, x), value_at(f, x)));
  REQUIRE(g.locals.size() == 2);
  CHECK(g.graph.operand(g.outputs[0].value, 0) == g.locals[0].value);
  CHECK(g.locals[1].value == kNoNode);
  REQUIRE(g.provenance.named(g.locals[0].value));
  CHECK(g.provenance.named(g.locals[0].value)->name == "sum");
  CHECK(g.first_derived == g.outputs[0].value);
  // It is known that nothing is left to simplify.
  REQUIRE(g.simplified);
  CHECK(g.simplified->outputs == output_values(g));
  CHECK(simplify(g).graph.size() == g.graph.size());
}

TEST_CASE("a small function stays as it is") {
  const Function f = function_with_waste(20);
  CHECK(compact_large(f).graph.size() == f.graph.size());
}

}  // namespace
}  // namespace gradsmith::test
