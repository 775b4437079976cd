// Graphs of a million operations: no pass recurses over their depth, and none makes more than a few
// nodes for each that it is given.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "ir/evaluate.hpp"
#include "ir/expr.hpp"
#include "passes/derive.hpp"
#include "passes/pipeline.hpp"
#include "passes/words.hpp"

namespace gradsmith::test {
namespace {

constexpr int kSteps = 333'333;  // of three operations each

Expr add_parameter(Function& f, const std::string& name) {
  Parameter p;
  p.name = name;
  p.spelling = p.value_spelling = {"double ", ""};
  p.leaves.push_back(
      {{}, scalar_type(Element::F64), f.graph.input(name, scalar_type(Element::F64))});
  f.parameters.push_back(p);
  return {&f.graph, p.leaves[0].input};
}

/// t = sin(t) * y + x, over and over.
Function chain() {
  Function f;
  f.name = "f";
  f.result = {"double ", ""};
  f.result_leaves = {{{}, scalar_type(Element::F64), kNoNode}};
  const Expr x = add_parameter(f, "x");
  const Expr y = add_parameter(f, "y");
  Expr t = x;
  for (int i = 0; i < kSteps; ++i) {
    t = sin(t) * y + x;
    f.provenance.add(t.id, {"t", "", {0, 1, static_cast<std::uint32_t>(i + 1)}});
  }
  f.outputs.push_back({"", {}, t.id});
  f.value_outputs = 1;
  return f;
}

TEST_CASE("a chain of a million operations is prepared, differentiated and simplified") {
  const Function raw = chain();
  const Function f = prepare(raw);
  CHECK(f.graph.size() <= 2 * raw.graph.size());
  std::size_t made = 0;
  const std::vector<Item> items =
      derive(f, read_word("gradient", f),
             [&](std::string_view, const Function& before, const Function& after) {
               const std::size_t size = after.graph.size();
               made += size - std::min(size, before.graph.size());
             });
  REQUIRE(items.size() == 1);
  const auto& gradient = std::get<Function>(items[0]);
  CHECK(made > 0);
  CHECK(made <= 8 * raw.graph.size());
  // Dead ones are gone in the end.
  CHECK(gradient.graph.size() <= reachable(gradient.graph, output_values(gradient)).size() + 100);
  CHECK(reachable(gradient.graph, output_values(gradient)).size() <= 4 * raw.graph.size());

  const double x = 0.4;
  const double y = 0.9;
  long double t = x;
  long double dx = 1;
  long double dy = 0;
  for (int i = 0; i < kSteps; ++i) {
    dx = std::cos(t) * dx * y + 1;
    dy = std::cos(t) * dy * y + std::sin(t);
    t = std::sin(t) * y + x;
  }
  const std::vector<NodeId> roots = output_values(gradient);
  const std::vector<Value> values =
      evaluate<double>(gradient.graph, roots, {{"x", Value(x)}, {"y", Value(y)}});
  REQUIRE(values.size() == 3);
  // The recursion contracts: roundings of early steps fade, and a few tens of ulps are left.
  CHECK(static_cast<double>(values[0].number()) == Approx(static_cast<double>(t)).epsilon(1e-14));
  CHECK(static_cast<double>(values[1].number()) == Approx(static_cast<double>(dx)).epsilon(1e-13));
  CHECK(static_cast<double>(values[2].number()) == Approx(static_cast<double>(dy)).epsilon(1e-13));
}

}  // namespace
}  // namespace gradsmith::test
