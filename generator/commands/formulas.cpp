#include "commands/formulas.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "commands/labels.hpp"
#include "commands/status.hpp"
#include "passes/derive.hpp"
#include "passes/differentiate.hpp"
#include "passes/interface.hpp"
#include "passes/unroll.hpp"

namespace gradsmith {
namespace {

constexpr std::uint64_t kMostNodes = 200'000;

/// A number that can be differentiated, or differentiated by.
struct Quantity {
  std::string label;
  NodeId node = kNoNode;
};

std::vector<Quantity> parameter_quantities(Function& f, const Parameter& p) {
  std::vector<Quantity> result;
  for (const Leaf& leaf : p.leaves) {
    if (leaf.input == kNoNode || !is_floating(f.graph.type(leaf.type).element)) continue;
    const std::vector<std::int64_t> extents = f.graph.constant_extents(leaf.type);
    std::int64_t place = 0;
    for (NodeId node : elements(f.graph, leaf.input)) {
      result.push_back({element_label(p.name, leaf.steps, extents, place++), node});
    }
  }
  return result;
}

std::vector<Quantity> named_quantities(Function& f, const std::string& name) {
  if (const Parameter* p = f.parameter(name); p && p->is_input())
    return parameter_quantities(f, *p);
  return {{name, f.graph.input(name, f.graph[f.local(name)->value].type)}};
}

std::vector<Quantity> differentiated_quantities(Function& f) {
  std::vector<Quantity> result;
  for (const Parameter& p : f.parameters) {
    if (!p.is_differentiated()) continue;
    const std::vector<Quantity> of_parameter = parameter_quantities(f, p);
    result.insert(result.end(), of_parameter.begin(), of_parameter.end());
  }
  return result;
}

std::string derivative_label(const std::string& of, const std::vector<std::string>& by) {
  if (by.size() == 1) return fmt::format("d {} / d {}", of, by.front());
  return fmt::format("d^{} {} / (d {})", by.size(), of, join(by, " d "));
}

}  // namespace

Formulas output_formulas(Function f, const std::string& returned) {
  Formulas result;
  std::vector<Output> outputs;
  for (const Output& output : f.outputs) {
    const std::string& root = output.root.empty() ? returned : output.root;
    if (f.graph.op(output.value) != Op::Pack) {
      result.labels.push_back(element_label(root, output.steps, {}, 0));
      outputs.push_back(output);
      continue;
    }
    const auto extents = f.graph.constant_extents(f.graph[output.value].type);
    std::int64_t place = 0;
    for (NodeId element : f.graph.operands(output.value)) {
      result.labels.push_back(element_label(root, output.steps, extents, place++));
      outputs.push_back({result.labels.back(), {}, element});
    }
  }
  f.outputs = std::move(outputs);
  f.value_outputs = std::min(f.value_outputs, f.outputs.size());
  result.function = std::move(f);
  return result;
}

Formulas textbook_formulas(const LoweredSpec& spec, const LoweredFunction& lowered,
                           const Word& word) {
  if (word.kind >= WordKind::Hessian && word.kind < WordKind::Named) {
    throw UsageError(fmt::format("'{}' is no list of formulas by the textbook's rules", word.text),
                     "ask for one derivative, such as d_x or d_x_d_y, or for --stage=simplified");
  }
  const Function cut = spec.lower_for(lowered, word);
  derive(prepare(cut), word);  // refuses what has no meaning
  Formulas current = output_formulas(unroll(cut), cut.name);
  Function& f = current.function;
  std::vector<Quantity> of;
  if (word.of.empty()) {
    for (std::size_t i = 0; i < f.outputs.size(); ++i) {
      if (is_floating(f.graph.element(f.outputs[i].value))) {
        of.push_back({current.labels[i], f.outputs[i].value});
      }
    }
  } else {
    of.push_back({word.of, f.local(word.of)->value});
  }

  std::vector<std::vector<Quantity>> by;
  for (const std::string& name : word.wrt) by.push_back(named_quantities(f, name));
  if (by.empty()) by.push_back(differentiated_quantities(f));

  current.labels.clear();
  f.outputs.clear();
  f.value_outputs = 0;
  const auto walk = [&](const auto& self, const Quantity& q,
                        std::vector<std::string> done) -> void {
    if (done.size() == by.size()) {
      current.labels.push_back(derivative_label(q.label, done));
      f.outputs.push_back({current.labels.back(), {}, q.node});
      return;
    }
    for (const Quantity& wrt : by[done.size()]) {
      done.push_back(wrt.label);
      self(self, {q.label, textbook_derivative(f.graph, q.node, wrt.node)}, done);
      done.pop_back();
    }
  };
  for (const Quantity& q : of) walk(walk, q, {});
  return current;
}

Function single_formula(const Formulas& formulas, std::size_t which) {
  Function f = formulas.function;
  f.outputs = {formulas.function.outputs[which]};
  f.value_outputs = which < formulas.function.value_outputs ? 1 : 0;
  return f;
}

void require_readable(const Function& f) {
  const std::vector<NodeId> outputs = output_values(f);
  std::vector<std::uint64_t> size(f.graph.size(), 0);
  for (NodeId id : reachable(f.graph, outputs)) {
    std::uint64_t total = 1;
    for (NodeId operand : f.graph.operands(id)) total += size[operand];
    size[id] = std::min(total, kMostNodes + 1);
  }
  std::uint64_t all = 0;
  for (NodeId id : outputs) all = std::min(all + size[id], kMostNodes + 1);
  if (all <= kMostNodes) return;
  throw Refusal("gs-too-large",
                fmt::format("'{}' is too long to be written out as a formula", f.name),
                "use --format=sexpr, which names what is shared, or ask for a part of it", f.where);
}

}  // namespace gradsmith
