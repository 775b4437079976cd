#include "passes/derive.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "ir/substitute.hpp"
#include "passes/derive_loops.hpp"
#include "passes/derive_matrix.hpp"
#include "passes/derive_named.hpp"
#include "passes/derived_function.hpp"
#include "passes/differentiate.hpp"
#include "passes/interface.hpp"
#include "passes/simplify.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

void require_parameters(Function f) {
  if (!differentiated_elements(f).empty()) return;
  throw Refusal("gs-no-parameter", fmt::format("`{}` has nothing to differentiate by", f.name),
                "mark a floating parameter with gradsmith::param, or name it with --wrt", f.where);
}

/// Refuses words whose results are objects of a parameter's type with a member that is const.
void require_writable_partials(const Function& f, const Word& word) {
  for (const Parameter& p : f.parameters) {
    if (!p.is_differentiated() || p.const_member.empty()) continue;
    constexpr std::array kOfAll = {WordKind::Gradient, WordKind::Hessian, WordKind::SparseHessian,
                                   WordKind::Vjp,      WordKind::Hvp,     WordKind::Partials};
    const bool all = std::ranges::find(kOfAll, word.kind) != kOfAll.end();
    const bool by_it = word.kind == WordKind::Named && word.wrt == std::vector{p.name};
    if (!all && !by_it) continue;
    throw Refusal("gs-const-member",
                  fmt::format("'{}' is const, so `{}` cannot write the partial by it there",
                              p.const_member, word.text),
                  "drop the const of the member, or mark the parameter as data", p.where);
  }
}

/// Appends the tangents of all outputs: `dv` for a returned value, `d_out` for an output parameter.
void add_tangent_outputs(Function& f, const Function& primal, const std::vector<NodeId>& tangents) {
  std::size_t next = 0;
  for (const OutputGroup& group : output_groups(primal)) {
    if (group.numbers.empty()) continue;
    const Parameter* p = group.root.empty() ? nullptr : primal.parameter(group.root);
    Parameter added;
    added.name = free_name(f, p ? "d_" + p->name : "dv");
    added.role = Role::Output;
    added.spelling = p ? p->spelling : by_reference(primal.result, false);
    added.value_spelling = p ? p->value_spelling : primal.result;
    added.leaves = group.leaves;
    const std::vector<NodeId> of_leaf =
        by_leaf(f.graph, group.leaves, std::span(tangents).subspan(next, group.numbers.size()));
    next += group.numbers.size();
    for (std::size_t k = 0; k < of_leaf.size(); ++k) {
      if (of_leaf[k] != kNoNode)
        f.outputs.push_back({added.name, group.leaves[k].steps, of_leaf[k]});
    }
    f.parameters.push_back(std::move(added));
  }
}

Function jvp(const Function& primal, const Word& word) {
  Function f = with_value(primal, word.text,
                          fmt::format("The value of {} and its change along v.", primal.name));
  const std::vector<NodeId> outputs = output_elements(f);
  const std::vector<NodeId> wrt = differentiated_elements(f);
  const std::vector<NodeId> v = add_partials_parameter(f, primal.name, free_name(f, "v"), true);
  std::vector<Seed> seeds;
  for (std::size_t i = 0; i < wrt.size(); ++i) seeds.push_back({wrt[i], v[i]});
  add_tangent_outputs(f, primal, forward(f.graph, &f.provenance, outputs, seeds));
  return f;
}

Function vjp(const Function& primal, const Word& word) {
  Function f = inputs_only(primal, primal.name + "_" + word.text);
  f.comment =
      fmt::format("The adjoints of the parameters of {} from those of its results.", primal.name);
  std::vector<Seed> seeds;
  for (const OutputGroup& group : output_groups(primal)) {
    if (group.numbers.empty()) continue;
    const Parameter* p = group.root.empty() ? nullptr : primal.parameter(group.root);
    Parameter adjoint;
    adjoint.name = free_name(f, p ? "d_" + p->name : "d_value");
    adjoint.value_spelling = p ? p->value_spelling : primal.result;
    const bool scalar = group.leaves.size() == 1 && group.leaves[0].steps.empty();
    adjoint.spelling = scalar ? adjoint.value_spelling : by_reference(adjoint.value_spelling, true);
    adjoint.role = Role::Data;
    adjoint.leaves = group.leaves;
    for (Leaf& leaf : adjoint.leaves) {
      leaf.input = f.graph.input(leaf_name(adjoint.name, leaf.steps), leaf.type);
    }
    const std::vector<NodeId> given = elements(f, adjoint);
    for (std::size_t i = 0; i < given.size(); ++i) seeds.push_back({group.numbers[i], given[i]});
    f.parameters.push_back(std::move(adjoint));
  }
  const std::vector<NodeId> wrt = differentiated_elements(f);
  const std::vector<NodeId> adjoints = reverse(f.graph, &f.provenance, primal.name, seeds, wrt);
  const std::string d = free_name(f, "d");
  add_partials_parameter(f, primal.name, d, false);
  add_partials_outputs(f, d, adjoints);
  return f;
}

Function hvp(const Function& primal, const Word& word, const PassObserver& observer) {
  Function f = simplified_gradient(primal, word, "", observer);
  f.comment = fmt::format("The value of {} and, in hv, its Hessian times v.", primal.name);
  const std::vector<NodeId> wrt = differentiated_elements(f);
  const std::vector<NodeId> partials = derivative_outputs(f);
  // The gradient itself is not asked for.
  f.outputs.resize(f.value_outputs);
  f.parameters.pop_back();
  const std::vector<NodeId> v = add_partials_parameter(f, primal.name, free_name(f, "v"), true);
  std::vector<Seed> seeds;
  for (std::size_t i = 0; i < wrt.size(); ++i) seeds.push_back({wrt[i], v[i]});
  const std::vector<NodeId> product = forward(f.graph, nullptr, partials, seeds);
  const std::string hv = free_name(f, "hv");
  add_partials_parameter(f, primal.name, hv, false);
  add_partials_outputs(f, hv, product);
  return f;
}

}  // namespace

std::vector<Item> derive(const Function& primal, const Word& word, const PassObserver& observer) {
  if (word.kind == WordKind::Overloads) return {};
  require_writable_partials(primal, word);
  if (has_loops(primal)) return derive_with_loops(primal, word, observer);
  if (word.kind == WordKind::Value) {
    return {with_value(primal, "value", fmt::format("The value of {}.", primal.name))};
  }
  std::vector<Item> items;
  const auto finish = [&](Function f) {
    items.emplace_back(run_passes(finishing(), std::move(f), observer));
  };
  if (word.kind == WordKind::Named) {
    finish(named_derivative(primal, word, observer));
    return items;
  }
  require_parameters(primal);
  if (output_elements(primal).empty()) {
    throw Refusal("gs-no-result", fmt::format("`{}` has no floating result", primal.name), "",
                  primal.where);
  }
  switch (word.kind) {
    case WordKind::Gradient:
      finish(gradient(primal, word));
      break;
    case WordKind::Jacobian:
    case WordKind::Hessian:
    case WordKind::SparseJacobian:
    case WordKind::SparseHessian:
      return derive_matrix(primal, word, observer);
    case WordKind::Jvp:
      finish(jvp(primal, word));
      break;
    case WordKind::Vjp:
      finish(vjp(primal, word));
      break;
    case WordKind::Hvp:
      finish(hvp(primal, word, observer));
      break;
    default: {
      Function asked = primal;  // elements of parameters become nodes
      for (const Parameter& p : primal.parameters) {
        if (!p.is_differentiated() || elements(asked, p).empty()) continue;
        finish(named_derivative(primal, {"d_" + p.name, WordKind::Named, "", {p.name}}, observer));
      }
    }
  }
  return items;
}

std::vector<Item> shared_items(const Function& primal, const std::vector<Word>& words) {
  const auto any = [&](std::initializer_list<WordKind> kinds) {
    return std::ranges::any_of(
        words, [&](const Word& w) { return std::ranges::find(kinds, w.kind) != kinds.end(); });
  };
  std::vector<Item> items;
  if (any({WordKind::Gradient, WordKind::Hessian, WordKind::Jvp, WordKind::Vjp, WordKind::Hvp})) {
    StructDefinition partials{
        primal.name + "_partials",
        {},
        fmt::format("One number for each that {} is differentiated by.", primal.name)};
    for (const Parameter& p : primal.parameters) {
      const bool fixed = std::ranges::all_of(
          p.leaves, [&](const Leaf& leaf) { return primal.graph.has_constant_extents(leaf.type); });
      if (p.is_differentiated() && fixed)
        partials.members.push_back({p.name, object_spelling(primal.graph, p)});
    }
    if (!partials.members.empty()) items.emplace_back(std::move(partials));
  }
  if (any({WordKind::Jacobian}) && !has_loops(primal)) {
    Function copy = primal;
    const auto rows = static_cast<std::int64_t>(output_elements(primal).size());
    const auto cols = static_cast<std::int64_t>(differentiated_elements(copy).size());
    items.emplace_back(NamedConstant{primal.name + "_rows", rows, "Results."});
    items.emplace_back(NamedConstant{primal.name + "_cols", cols, "Parameters."});
  }
  return items;
}

}  // namespace gradsmith
