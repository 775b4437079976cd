#include "passes/read_by_loops.hpp"

#include <algorithm>
#include <unordered_set>

#include "ir/arrays.hpp"
#include "ir/substitute.hpp"
#include "passes/loop_paths.hpp"

namespace gradsmith {
namespace {

/// Who asks for the nodes of a scope.
struct Need {
  std::unordered_set<NodeId> sure;    // the scope itself, whatever conditions say
  std::unordered_set<NodeId> own;     // the scope itself, on some side of a choice at least
  std::unordered_set<NodeId> inside;  // loops in it
};

Need need_of(const Graph& g, std::span<const NodeId> live, std::span<const NodeId> roots,
             int level) {
  Need need;
  need.sure.insert(roots.begin(), roots.end());
  need.own = need.sure;
  for (auto id = live.rbegin(); id != live.rend(); ++id) {
    const auto operands = g.operands(*id);
    const bool loop = is_binder(g.op(*id)) && !is_assignment(g, *id);
    const std::size_t outside = loop ? g.outside_operands(*id) : operands.size();
    const bool here = scope_of(g, *id) == level;
    for (std::size_t k = 0; k < operands.size(); ++k) {
      if (scope_of(g, operands[k]) != level) continue;
      const bool side = g.op(*id) == Op::If && k > 0;
      if (!here || k >= outside || need.inside.contains(*id)) need.inside.insert(operands[k]);
      if (!here || k >= outside) continue;
      if (need.own.contains(*id)) need.own.insert(operands[k]);
      if (need.sure.contains(*id) && !side) need.sure.insert(operands[k]);
    }
  }
  return need;
}

/// The elements that a value of scopes around is computed from.
void add_elements_of(const Graph& g, NodeId value, std::vector<NodeId>& elements) {
  std::vector<NodeId> stack{value};
  std::unordered_set<NodeId> seen;
  while (!stack.empty()) {
    const NodeId id = stack.back();
    stack.pop_back();
    if (!seen.insert(id).second) continue;
    if (g.op(id) == Op::At && g.is_scalar(id)) {
      elements.push_back(id);
    } else if (is_operator(g.op(id))) {
      const auto operands = g.operands(id);
      stack.insert(stack.end(), operands.begin(), operands.end());
    }
  }
}

}  // namespace

std::unordered_map<NodeId, ReadByLoops> elements_read_by_loops(const Graph& g,
                                                               std::span<const NodeId> roots,
                                                               int level) {
  std::unordered_map<NodeId, ReadByLoops> found;
  const std::vector<NodeId> live = level == 0 ? reachable(g, roots) : reachable_at(g, roots, level);
  if (std::ranges::none_of(live, [&](NodeId id) { return is_binder(g.op(id)); })) return found;
  const Need need = need_of(g, live, roots, level);
  for (NodeId id : live) {
    if (scope_of(g, id) != level || need.sure.contains(id)) continue;
    // Under a choice alone, its condition is the guard.
    if (need.own.contains(id) && !need.inside.contains(id)) continue;
    const bool alone = !need.own.contains(id);
    if (g.op(id) == Op::At) {
      found[id] = {{id}, alone};
    } else if (is_operator(g.op(id))) {
      std::vector<NodeId> elements;
      for (NodeId o : g.operands(id)) {
        const auto under = found.find(o);
        // Where the loops make no trip, nobody reads those of scopes around for them either.
        if (scope_of(g, o) < level) add_elements_of(g, o, elements);
        if (under == found.end()) continue;
        const std::vector<NodeId>& more = under->second.elements;
        elements.insert(elements.end(), more.begin(), more.end());
      }
      std::ranges::sort(elements);
      elements.erase(std::unique(elements.begin(), elements.end()), elements.end());
      if (!elements.empty()) found[id] = {std::move(elements), alone};
    }
  }
  return found;
}

NodeId where_loops_read(Graph& g, std::span<const NodeId> live, NodeId element) {
  NodeId condition = kNoNode;
  for (NodeId loop : live) {
    if (!is_binder(g.op(loop)) || is_assignment(g, loop) || g.op(loop) == Op::Trace) continue;
    if (scope_of(g, loop) != scope_of(g, element)) continue;
    const auto bodies = g.operands(loop).subspan(g.outside_operands(loop));
    if (!std::ranges::binary_search(reachable(g, bodies), element)) continue;
    if (!needed_by_each_trip(g, loop).contains(element)) return kNoNode;
    const NodeId runs = makes_a_trip(g, range_of_loop(g, loop));
    condition =
        condition == kNoNode || condition == runs ? runs : g.apply(Op::Or, {condition, runs});
  }
  return condition;
}

}  // namespace gradsmith
