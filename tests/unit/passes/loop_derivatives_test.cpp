// The algebra of loops: derivatives of whole programs with loops, on the graph, against central
// differences; and derivatives of those derivatives.

#include <catch2/catch.hpp>
#include <cmath>

#include "gradient_check.hpp"
#include "ir/verify.hpp"
#include "passes/differentiate.hpp"
#include "passes/forward_loops.hpp"
#include "passes/guards.hpp"
#include "passes/unroll.hpp"
#include "unit/loop_programs.hpp"

using namespace gradsmith;
using namespace gradsmith::test;

namespace {

/// The inputs of those names, of whatever type the program gave them.
std::vector<NodeId> nodes_of(const LoopProgram& p, const std::vector<std::string>& names) {
  std::vector<NodeId> nodes;
  for (const std::string& name : names) {
    for (NodeId id = 0; id < p.graph.size(); ++id) {
      if (p.graph.op(id) == Op::Input && p.graph.input_name(id) == name) nodes.push_back(id);
    }
  }
  REQUIRE(nodes.size() == names.size());
  return nodes;
}

std::vector<NodeId> gradient(LoopProgram& p, NodeId output, const std::vector<NodeId>& wrt) {
  const Seed seed{output, p.graph.constant(1)};
  return reverse(p.graph, nullptr, "f", std::span(&seed, 1), wrt);
}

/// A seed along numbers of its own for the k-th input, which `at` gets.
Seed along_input(LoopProgram& p, NodeId input, std::size_t k, Environment& at) {
  const std::string name = "along " + p.wrt[k];
  Value v = p.inputs.at(p.wrt[k]);
  for (std::size_t i = 0; i < v.numbers.size(); ++i) {
    v.numbers[i] = 0.25L * static_cast<long double>(i % 5) - 0.4L;
  }
  at[name] = v;
  return {input, p.graph.input(name, p.graph[input].type)};
}

/// The sum of all products of elements.
NodeId inner_product(Graph& g, NodeId a, NodeId b) {
  if (g.is_scalar(a)) return g.apply(Op::Mul, {a, b});
  const int level = Graph::level_above(g.free(a) | g.free(b));
  const NodeId i = g.bound(level, 0, scalar_type(Element::Index));
  const NodeId extent = g.type_of(a).extents[0];
  return g.reduce(Op::Add, level, g.range(extent), g.constant(0),
                  inner_product(g, g.at(a, {i}), g.at(b, {i})));
}

}  // namespace

TEST_CASE("gradients of programs with loops agree with central differences") {
  std::vector<LoopProgram> programs = loop_programs();
  for (LoopProgram& p : programs) {
    INFO(p.name);
    const std::vector<NodeId> wrt = nodes_of(p, p.wrt);
    const std::vector<NodeId> partials = gradient(p, p.output, wrt);
    verify(p.graph, "reverse");
    for (std::size_t k = 0; k < wrt.size(); ++k) {
      INFO(p.wrt[k]);
      CHECK(p.graph[partials[k]].type == p.graph[wrt[k]].type);
      CHECK(worst_disagreement(p.graph, p.output, partials[k], p.inputs, p.wrt[k]) < 1e-9L);
    }
  }
}

TEST_CASE("reverse over reverse gives products with the Hessian of programs with loops") {
  std::vector<LoopProgram> programs = loop_programs();
  for (LoopProgram& p : programs) {
    INFO(p.name);
    const std::vector<NodeId> wrt = nodes_of(p, p.wrt);
    const std::vector<NodeId> partials = gradient(p, p.output, wrt);
    Environment at = p.inputs;
    for (std::size_t k = 0; k < wrt.size(); ++k) {
      INFO(p.wrt[k]);
      const Seed along = along_input(p, wrt[k], k, at);
      const NodeId product = inner_product(p.graph, partials[k], along.adjoint);
      for (std::size_t j = 0; j < wrt.size(); ++j) {
        const NodeId second = gradient(p, product, {wrt[j]})[0];
        CHECK(worst_disagreement(p.graph, product, second, at, p.wrt[j]) < 1e-9L);
      }
    }
  }
}

TEST_CASE("forward over reverse gives the products of reverse over reverse") {
  std::vector<LoopProgram> programs = loop_programs();
  for (LoopProgram& p : programs) {
    INFO(p.name);
    const std::vector<NodeId> wrt = nodes_of(p, p.wrt);
    const std::vector<NodeId> partials = gradient(p, p.output, wrt);
    Environment at = p.inputs;
    std::vector<Seed> along;
    NodeId product = p.graph.constant(0);
    for (std::size_t k = 0; k < wrt.size(); ++k) {
      along.push_back(along_input(p, wrt[k], k, at));
      product = p.graph.apply(Op::Add,
                              {product, inner_product(p.graph, partials[k], along.back().adjoint)});
    }
    const std::vector<NodeId> second = gradient(p, product, wrt);
    const std::vector<NodeId> tangents = forward_through_loops(p.graph, nullptr, partials, along);
    verify(p.graph, "forward over reverse");
    for (std::size_t k = 0; k < wrt.size(); ++k) {
      const Value wanted = evaluate<long double>(p.graph, second[k], at);
      const Value found = evaluate<long double>(p.graph, tangents[k], at);
      REQUIRE(found.numbers.size() == wanted.numbers.size());
      for (std::size_t i = 0; i < wanted.numbers.size(); ++i) {
        const long double scale = 1 + std::fabs(wanted.numbers[i]);
        CHECK(std::fabs(found.numbers[i] - wanted.numbers[i]) <= 1e-14L * scale);
      }
    }
  }
}

TEST_CASE("tangents of programs with loops are the gradient's product with the direction") {
  std::vector<LoopProgram> programs = loop_programs();
  for (LoopProgram& p : programs) {
    INFO(p.name);
    const std::vector<NodeId> wrt = nodes_of(p, p.wrt);
    Environment at = p.inputs;
    std::vector<Seed> along;
    NodeId expected = p.graph.constant(0);
    const std::vector<NodeId> partials = gradient(p, p.output, wrt);
    for (std::size_t k = 0; k < wrt.size(); ++k) {
      along.push_back(along_input(p, wrt[k], k, at));
      expected = p.graph.apply(
          Op::Add, {expected, inner_product(p.graph, partials[k], along.back().adjoint)});
    }
    const NodeId tangent =
        forward_through_loops(p.graph, nullptr, std::span(&p.output, 1), along)[0];
    verify(p.graph, "forward");
    const long double wanted = evaluate<long double>(p.graph, expected, at).numbers[0];
    const long double found = evaluate<long double>(p.graph, tangent, at).numbers[0];
    CHECK(std::fabs(found - wanted) <= 1e-15L * (1 + std::fabs(wanted)));
  }
}

TEST_CASE("all columns at once are the partials of programs with loops, side by side") {
  std::vector<LoopProgram> programs = loop_programs();
  for (LoopProgram& p : programs) {
    INFO(p.name);
    const std::vector<NodeId> wrt = nodes_of(p, p.wrt);
    const std::vector<NodeId> partials = gradient(p, p.output, wrt);
    std::vector<ColumnsOf> columns;
    std::vector<long double> wanted;
    for (std::size_t k = 0; k < wrt.size(); ++k) {
      columns.push_back({wrt[k], p.graph.index(static_cast<std::int64_t>(wanted.size()))});
      const Value partial = evaluate<long double>(p.graph, partials[k], p.inputs);
      wanted.insert(wanted.end(), partial.numbers.begin(), partial.numbers.end());
    }
    const NodeId count = p.graph.index(static_cast<std::int64_t>(wanted.size()));
    const NodeId row =
        forward_columns(p.graph, nullptr, "d_", std::span(&p.output, 1), columns, count)[0];
    verify(p.graph, "forward by columns");
    const Value found = evaluate<long double>(p.graph, row, p.inputs);
    REQUIRE(found.numbers.size() == wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      CHECK(std::fabs(found.numbers[i] - wanted[i]) <= 1e-14L * (1 + std::fabs(wanted[i])));
    }
  }
}

TEST_CASE("unrolling keeps the gradients of programs whose loops have constant length") {
  std::vector<LoopProgram> programs = loop_programs();
  for (LoopProgram& p : programs) {
    INFO(p.name);
    Function f;
    const std::vector<NodeId> wrt = nodes_of(p, p.wrt);
    const std::vector<NodeId> partials = gradient(p, p.output, wrt);
    f.graph = p.graph;
    for (NodeId d : partials) f.outputs.push_back({"", {}, d});
    try {
      f = unroll(std::move(f));
    } catch (const Refusal& r) {
      CHECK((r.code() == "gs-loop-bound" || r.code() == "gs-runtime-subscript"));
      continue;
    }
    for (std::size_t k = 0; k < wrt.size(); ++k) {
      const Value looped = evaluate<double>(p.graph, partials[k], p.inputs);
      const Value straight = evaluate<double>(f.graph, f.outputs[k].value, p.inputs);
      CHECK(straight.numbers == looped.numbers);
    }
  }
}
