#include "passes/derive_named.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ir/substitute.hpp"
#include "passes/differentiate.hpp"
#include "passes/interface.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

/// The scalars that a name in a word stands for.
std::vector<NodeId> named_elements(Function& f, const std::string& name) {
  if (const Parameter* p = f.parameter(name); p && p->is_input()) {
    const std::vector<NodeId> found = elements(f, *p);
    if (!found.empty()) return found;
    throw Refusal("gs-not-floating", fmt::format("`{}` holds no floating number", name), "",
                  f.where);
  }
  const Local* local = f.local(name);
  GRADSMITH_CHECK(local && local->cut, "{} was not lowered as an input", name);
  return {f.graph.input(name, f.graph[local->value].type)};
}

NodeId local_value(const Function& f, const std::string& name) {
  const Local* local = f.local(name);
  if (!local || local->value == kNoNode || local->conditional) {
    throw Refusal("gs-local-conditional",
                  fmt::format("`{}` does not exist on every path, or once for all", name),
                  "declare it outside branches and loops", local ? local->where : f.where);
  }
  if (local->assignments != 1) {
    throw Refusal(
        "gs-local-assigned-twice",
        fmt::format("`{}` is assigned more than once, so its derivative is ambiguous", name),
        "give each value a variable of its own", local->where);
  }
  if (!f.graph.is_scalar(local->value) || !is_floating(f.graph.element(local->value))) {
    throw Refusal("gs-not-floating", fmt::format("`{}` is not a single floating number", name), "",
                  local->where);
  }
  return local->value;
}

/// Puts what the cut locals stand for back in their place.
void substitute_cuts(Function& f) {
  std::vector<NodeId> inputs;
  std::vector<NodeId> values;
  for (const Local& local : f.locals) {  // in source order: a value mentions earlier locals only
    if (!local.cut) continue;
    const NodeId input = f.graph.input(local.name, f.graph[local.value].type);
    const NodeId value = replace(f.graph, local.value, inputs, values);
    f.provenance.add(value, {local.name, "", local.where});
    inputs.push_back(input);
    values.push_back(value);
  }
  if (inputs.empty()) return;
  for (Output& o : f.outputs) o.value = replace(f.graph, o.value, inputs, values);
}

std::string meaning_of(const Function& primal, const Word& word) {
  std::string below;
  for (const std::string& name : word.wrt) below += (below.empty() ? "d " : " d ") + name;
  const std::string of = word.of.empty() ? primal.name : word.of;
  if (word.wrt.size() == 1) return fmt::format("d {} / {}", of, below);
  return fmt::format("d^{} {} / ({})", word.wrt.size(), of, below);
}

/// The derivatives of each of `of` by each of `wrt`, the latter running fastest.
std::vector<NodeId> differentiate_all(Function& f, const std::vector<NodeId>& of,
                                      const std::vector<NodeId>& wrt, const std::string& name) {
  std::vector<NodeId> result;
  for (NodeId value : of) {
    const Seed seed{value, f.graph.number(f.graph.element(value), 1)};
    const auto row = reverse(f.graph, &f.provenance, name, std::span(&seed, 1), wrt);
    result.insert(result.end(), row.begin(), row.end());
  }
  return result;
}

/// Simplifies values between two orders of differentiation.
std::vector<NodeId> simplified(Function& f, const std::vector<NodeId>& values,
                               const PassObserver& observer) {
  f.outputs.clear();
  for (NodeId v : values) f.outputs.push_back({"", {}, v});
  f = run_passes(finishing(), std::move(f), observer);
  std::vector<NodeId> result = output_values(f);
  f.outputs.clear();
  return result;
}

/// Declares an output parameter of that value type and sends values to its leaves.
void add_shaped_output(Function& f, const std::string& name, const Spelling& value,
                       const std::vector<Leaf>& leaves, std::span<const NodeId> values) {
  Parameter added;
  added.name = name;
  added.spelling = by_reference(value, false);
  added.value_spelling = value;
  added.role = Role::Output;
  const std::vector<NodeId> of_leaf = by_leaf(f.graph, leaves, values);
  for (std::size_t k = 0; k < leaves.size(); ++k) {
    if (of_leaf[k] == kNoNode) continue;
    added.leaves.push_back({leaves[k].steps, leaves[k].type, kNoNode});
    f.outputs.push_back({name, leaves[k].steps, of_leaf[k]});
  }
  f.parameters.push_back(std::move(added));
}

/// A first derivative of several results by one number: shaped like the results.
void add_outputs_like(Function& f, const Function& primal, const std::vector<NodeId>& values) {
  std::size_t next = 0;
  for (const OutputGroup& group : output_groups(primal)) {
    if (group.numbers.empty()) continue;
    const Parameter* p = group.root.empty() ? nullptr : primal.parameter(group.root);
    add_shaped_output(f, free_name(f, p ? "d_" + p->name : "d_value"),
                      p ? p->value_spelling : primal.result, group.leaves,
                      std::span(values).subspan(next, group.numbers.size()));
    next += group.numbers.size();
  }
}

}  // namespace

Function named_derivative(const Function& primal, const Word& word, const PassObserver& observer) {
  Function f = inputs_only(primal, primal.name + "_" + word.text);
  f.comment = meaning_of(primal, word) + ".";
  for (const Local& local : f.locals) {
    if (local.cut) local_value(f, local.name);
  }
  std::vector<NodeId> current =
      word.of.empty() ? output_elements(primal) : std::vector{local_value(f, word.of)};
  if (current.empty()) {
    throw Refusal("gs-no-result", fmt::format("`{}` has no floating result", primal.name), "",
                  primal.where);
  }
  const std::size_t results = current.size();
  const std::string of = word.of.empty() ? primal.name : word.of;
  for (std::size_t k = 0; k < word.wrt.size(); ++k) {
    if (k > 0) current = simplified(f, current, observer);
    current = differentiate_all(f, current, named_elements(f, word.wrt[k]), of);
  }
  const Parameter* by = word.wrt.size() == 1 ? primal.parameter(word.wrt[0]) : nullptr;
  if (current.size() == 1) {
    f.result = {element_spelling(f.graph.element(current[0])) + " ", ""};
    f.result_leaves = {{{}, f.graph[current[0]].type, kNoNode}};
    f.outputs.push_back({"", {}, current[0]});
  } else if (by && by->is_input() && results == 1) {
    std::vector<Leaf> leaves = by->leaves;
    add_shaped_output(f, free_name(f, "d_" + by->name), by->value_spelling, leaves, current);
  } else if (word.wrt.size() == 1 && word.of.empty() && current.size() == results) {
    add_outputs_like(f, primal, current);
  } else {
    add_flat_output(f, free_name(f, "derivative"), common_element(primal), current);
  }
  substitute_cuts(f);
  return f;
}

}  // namespace gradsmith
