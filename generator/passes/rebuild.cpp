#include "passes/rebuild.hpp"

#include <algorithm>

#include "ir/arrays.hpp"
#include "ir/substitute.hpp"

namespace gradsmith {

NodeId rebuilt(Graph& g, NodeId id, std::span<NodeId> operands) {
  const auto old = g.operands(id);
  if (std::equal(old.begin(), old.end(), operands.begin())) return id;
  if (g.op(id) == Op::Trace) {
    const int from = g[id].level;
    const int to = g[operands[0]].level;
    if (to != from) {
      if ((g.free(operands[1]) & ~Graph::bit(from)) >= Graph::bit(to)) return id;
      operands[1] = relevel(g, operands[1], from, to);
    }
  }
  return g.with_operands(id, operands);
}

std::vector<NodeId> extents_of_types(const Graph& g, std::span<const NodeId> live) {
  std::vector<NodeId> extents;
  for (NodeId id : live) {
    if (g[id].type < kScalarTypes) continue;
    for (NodeId e : g.type_of(id).extents) extents.push_back(e);
  }
  std::sort(extents.begin(), extents.end());
  extents.erase(std::unique(extents.begin(), extents.end()), extents.end());
  return reachable(g, extents);
}

std::vector<NodeId> roots_of(const Function& f) {
  std::vector<NodeId> roots = output_values(f);
  for (const Local& l : f.locals) {
    if (l.value != kNoNode) roots.push_back(l.value);
  }
  return roots;
}

std::unordered_set<NodeId> traced_folds(const Graph& g, std::span<const NodeId> live) {
  std::unordered_set<NodeId> found;
  for (NodeId id : live) {
    if (g.op(id) == Op::Trace) found.insert(g.operand(id, 0));
  }
  return found;
}

bool depends_on(const Graph& g, NodeId id, NodeId on) {
  const NodeId roots[] = {id};
  return std::ranges::binary_search(reachable(g, roots), on);
}

std::vector<bool> only_in_branches(const Function& f) {
  const Graph& g = f.graph;
  const std::vector<NodeId> outputs = output_values(f);
  std::vector<bool> only(g.size(), true);
  for (NodeId id : outputs) only[id] = false;
  const std::vector<NodeId> live = reachable(g, outputs);
  for (auto id = live.rbegin(); id != live.rend(); ++id) {
    if (only[*id]) continue;
    const auto operands = g.operands(*id);
    const std::size_t outside = g.op(*id) == Op::If ? 1 : operands.size();
    for (std::size_t k = 0; k < outside; ++k) only[operands[k]] = false;
  }
  return only;
}

std::unordered_map<NodeId, NodeId> rebuilt_nodes(
    Function& f, std::span<const NodeId> nodes,
    const std::function<NodeId(NodeId id, NodeId fresh)>& better) {
  Graph& g = f.graph;
  std::unordered_map<NodeId, NodeId> now;
  for (NodeId id : nodes) {
    const auto view = g.operands(id);
    std::vector<NodeId> operands(view.begin(), view.end());
    const NodeId made = better(id, renew(operands, now) ? rebuilt(g, id, operands) : id);
    now[id] = made;
    if (made != id && !g.is_constant(made)) f.provenance.carry(id, made);
  }
  return now;
}

std::unordered_map<NodeId, NodeId> reading_instead(
    Function& f, std::span<const NodeId> nodes, const std::unordered_map<NodeId, NodeId>& instead) {
  return rebuilt_nodes(f, nodes, [&](NodeId id, NodeId fresh) {
    const auto array = instead.find(id);
    if (array == instead.end()) return fresh;
    std::vector<NodeId> indices;
    array_under(f.graph, fresh, indices);
    return f.graph.at(array->second, indices);
  });
}

void rename(Function& f, std::span<const NodeId> live,
            const std::function<NodeId(NodeId)>& renamed) {
  for (NodeId id : live) {
    const NodeId to = renamed(id);
    // What became a number has no use for a name.
    if (to != id && !f.graph.is_constant(to)) f.provenance.carry(id, to);
  }
  for (Output& o : f.outputs) o.value = renamed(o.value);
  for (Local& l : f.locals) {
    if (l.value != kNoNode) l.value = renamed(l.value);
  }
}

void rebuild(Function& f, const std::function<NodeId(NodeId id, NodeId fresh)>& better) {
  Graph& g = f.graph;
  const std::vector<NodeId> live = reachable(g, roots_of(f));
  std::vector<NodeId> replaced(g.size(), kNoNode);
  for (NodeId id : extents_of_types(g, live)) replaced[id] = id;
  std::vector<NodeId> operands;
  for (NodeId id : live) {
    if (replaced[id] != kNoNode) continue;
    const auto view = g.operands(id);
    operands.assign(view.begin(), view.end());
    for (NodeId& o : operands) o = replaced[o];
    replaced[id] = better(id, rebuilt(g, id, operands));
  }
  rename(f, live, [&](NodeId id) { return replaced[id]; });
}

}  // namespace gradsmith
