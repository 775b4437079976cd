#include "passes/loops_beside.hpp"

#include <algorithm>
#include <unordered_map>

#include "ir/arrays.hpp"
#include "ir/substitute.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {

TwoLoops states_of_both(Function& f, NodeId first, NodeId second) {
  Graph& g = f.graph;
  const int of_first = g[first].level;
  const int of_second = g[second].level;
  TwoLoops both;
  both.level = std::max(of_first, of_second);
  const FoldParts a = g.fold_parts(first);
  both.inits.assign(a.inits.begin(), a.inits.end());
  both.nexts.assign(a.nexts.begin(), a.nexts.end());
  both.first = both.inits.size();
  const FoldParts b = g.fold_parts(second);
  const std::vector<NodeId> steps(b.nexts.begin(), b.nexts.end());
  both.inits.insert(both.inits.end(), b.inits.begin(), b.inits.end());
  for (NodeId& next : both.nexts) next = relevel_named(f, next, of_first, both.level);
  std::vector<NodeId> states{g.bound(both.level, 0, scalar_type(Element::Index))};
  for (std::size_t k = both.first; k < both.inits.size(); ++k) {
    states.push_back(loop_state(g, both.level, k, g[both.inits[k]].type));
  }
  for (NodeId step : steps) {
    const NodeId next = substitute(g, step, of_second, states);
    carry_names(f, step, next);
    both.nexts.push_back(next);
  }
  return both;
}

void rebuild_in(Function& f, NodeId around,
                const std::function<NodeId(NodeId id, NodeId fresh)>& better) {
  if (around == kNoNode) return rebuild(f, better);
  Graph& g = f.graph;
  const auto view = g.operands(around);
  std::vector<NodeId> all(view.begin(), view.end());
  const auto bodies = std::span(all).subspan(g.outside_operands(around));
  const std::vector<NodeId> inside = reachable_at(g, bodies, g[around].level);
  const std::unordered_map<NodeId, NodeId> now = rebuilt_nodes(f, inside, better);
  renew(bodies, now);
  const NodeId made = rebuilt(g, around, all);
  rebuild(f, [&](NodeId id, NodeId fresh) { return id == around ? made : fresh; });
}

}  // namespace gradsmith
