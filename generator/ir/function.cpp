#include "ir/function.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

namespace gradsmith {

bool is_integer(const Graph& graph, const Parameter& p) {
  return p.leaves.size() == 1 && p.leaves[0].steps.empty() &&
         graph.type(p.leaves[0].type).element == Element::Index;
}

Spelling object_spelling(const Graph& graph, const Parameter& p) {
  const std::string& before = p.value_spelling.before;
  const std::string& after = p.value_spelling.after;
  const std::size_t star = before.find_last_not_of(' ');
  if (star == std::string::npos || before[star] != '*' || p.leaves.empty()) return p.value_spelling;
  const NodeId length = graph.type(p.leaves[0].type).extents[0];
  if (graph.op(length) != Op::Constant || graph.index_value(length) <= 0) return p.value_spelling;
  const std::string bound = fmt::format("[{}]", graph.index_value(length));
  if (star == 0 || before[star - 1] != '(') return {before.substr(0, star) + " ", bound + after};
  return {before.substr(0, star - 1), bound + after.substr(1)};  // double (*x)[3]
}

std::string leaf_name(const std::string& root, const std::vector<Step>& steps) {
  std::string name = root;
  for (const Step& step : steps) name += step.is_subscript() ? "[]" : "." + step.field;
  return name;
}

const Parameter* Function::parameter(const std::string& wanted) const {
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [&](const Parameter& p) { return p.name == wanted; });
  return found == parameters.end() ? nullptr : &*found;
}

const Local* Function::local(const std::string& wanted) const {
  const auto found =
      std::find_if(locals.begin(), locals.end(), [&](const Local& l) { return l.name == wanted; });
  return found == locals.end() ? nullptr : &*found;
}

const Length* Function::length(NodeId extent) const {
  const auto found = std::find_if(lengths.begin(), lengths.end(),
                                  [&](const Length& l) { return l.input == extent; });
  return found == lengths.end() ? nullptr : &*found;
}

std::vector<NodeId> reachable(const Graph& graph, std::span<const NodeId> roots) {
  NodeId end = 0;
  for (NodeId id : roots) end = std::max(end, id == kNoNode ? 0 : id + 1);
  std::vector<std::uint8_t> seen(end, 0);
  std::size_t count = 0;
  const auto visit = [&](NodeId id) {
    count += 1u - seen[id];
    seen[id] = 1;
  };
  for (NodeId id : roots) {
    if (id != kNoNode) visit(id);
  }
  // Operands, and extents of types, come before what mentions them.
  for (NodeId id = end; id-- > 0;) {
    if (seen[id] == 0) continue;
    for (NodeId o : graph.operands(id)) visit(o);
    if (graph[id].type < kScalarTypes) continue;
    for (NodeId e : graph.type_of(id).extents) visit(e);
  }
  std::vector<NodeId> found;
  found.reserve(count);
  for (NodeId id = 0; id < end; ++id) {
    if (seen[id] != 0) found.push_back(id);
  }
  return found;
}

bool is_of_scalars(const Graph& g, NodeId root) {
  return std::ranges::all_of(reachable(g, {{root}}), [&](NodeId id) { return g.is_scalar(id); });
}

std::vector<NodeId> reachable_at(const Graph& graph, std::span<const NodeId> roots, int level) {
  std::vector<NodeId> found;
  std::unordered_set<NodeId> seen;
  std::vector<NodeId> stack;
  const auto visit = [&](NodeId id) {
    if ((graph.free(id) & Graph::bit(level)) && seen.insert(id).second) stack.push_back(id);
  };
  for (NodeId id : roots) visit(id);
  while (!stack.empty()) {
    const NodeId id = stack.back();
    stack.pop_back();
    found.push_back(id);
    for (NodeId o : graph.operands(id)) visit(o);
    for (NodeId e : graph.type_of(id).extents) visit(e);
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<NodeId> output_values(const Function& f) {
  std::vector<NodeId> values;
  for (const Output& o : f.outputs) values.push_back(o.value);
  return values;
}

bool has_folds(const Function& f) {
  return std::ranges::any_of(reachable(f.graph, output_values(f)),
                             [&](NodeId id) { return f.graph.op(id) == Op::Fold; });
}

NodeId written_over(const Function& f, const Output& output) {
  const Parameter* p = f.parameter(output.root);
  if (p == nullptr) return kNoNode;
  for (const Leaf& leaf : p->leaves) {
    if (leaf.input != kNoNode && leaf.steps == output.steps) return leaf.input;
  }
  return kNoNode;
}

std::vector<bool> pinned_nodes(const Function& f) {
  std::vector<NodeId> roots;
  for (std::size_t i = 0; i < f.value_outputs; ++i) roots.push_back(f.outputs[i].value);
  const std::vector<NodeId> outputs = output_values(f);
  for (NodeId id : reachable(f.graph, outputs)) {
    if (f.graph.op(id) == Op::If) roots.push_back(f.graph.operand(id, 0));
  }
  std::vector<bool> pinned(f.graph.size(), false);
  for (NodeId id : reachable(f.graph, roots)) pinned[id] = true;
  return pinned;
}

}  // namespace gradsmith
