#include "passes/loop_states.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "ir/substitute.hpp"
#include "passes/guards.hpp"
#include "passes/rebuild.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

/// Whether a value takes the place of the best so far, as the author's comparison has it.
NodeId beats(Graph& g, Op op, NodeId v, NodeId best) {
  const bool least = op == Op::Min || op == Op::Fmin;
  GRADSMITH_CHECK(least || op == Op::Max || op == Op::Fmax, "{} has no winner", op_name(op));
  const NodeId better = least ? g.apply(Op::Lt, {v, best}) : g.apply(Op::Lt, {best, v});
  if (op == Op::Min || op == Op::Max) return better;
  return g.apply(Op::Or, {better, g.apply(Op::Ne, {best, best})});
}

}  // namespace

LoopStates states_of_loop(Graph& g, NodeId loop, const std::vector<NodeId>& o) {
  const int level = g[loop].level;
  if (g.op(loop) == Op::Fold) {
    const auto states = static_cast<std::ptrdiff_t>((o.size() - 3) / 2);
    return {{o.begin() + 3, o.begin() + 3 + states}, {o.begin() + 3 + states, o.end()}};
  }
  const NodeId best = g.bound(level, 1, g[o[3]].type);
  if (g.op(loop) == Op::Reduce) {
    const NodeId next = g.reducer(loop) == Op::Add ? add_values(g, best, o[4])
                                                   : g.apply(g.reducer(loop), {best, o[4]});
    return {{o[3]}, {next}};
  }
  const TypeId index = scalar_type(Element::Index);
  const NodeId wins = beats(g, g.reducer(loop), o[4], best);
  const NodeId won = g.choose(wins, g.bound(level, 0, index), g.bound(level, 2, index));
  // As in the Reduce that goes with it, so that the two can be one state. fmin and fmax may give
  // either zero of a tie, which no comparison sees.
  return {{o[3], g.index(-1)}, {g.apply(g.reducer(loop), {best, o[4]}), won}};
}

std::vector<bool> states_in(const Graph& g, NodeId root, int level, std::size_t count) {
  std::vector<bool> found(count, false);
  const NodeId roots[] = {root};
  for (NodeId id : reachable_at(g, roots, level)) {
    if (g.op(id) == Op::Bound && g[id].level == level && g.slot(id) > 0) {
      found[static_cast<std::size_t>(g.slot(id)) - 1] = true;
    }
  }
  return found;
}

std::map<int, NodeId> finals_of(Graph& g, NodeId fold, const std::set<int>& asked) {
  const FoldParts view = g.fold_parts(fold);
  const int level = view.level;
  const Range range = view.range;
  const std::vector<NodeId> inits(view.inits.begin(), view.inits.end());
  const std::vector<NodeId> nexts(view.nexts.begin(), view.nexts.end());
  std::vector<bool> needed(inits.size(), false);
  std::vector<std::size_t> open;
  for (const int k : asked) {
    needed[static_cast<std::size_t>(k)] = true;
    open.push_back(static_cast<std::size_t>(k));
  }
  while (!open.empty()) {
    const std::vector<bool> states = states_in(g, nexts[open.back()], level, inits.size());
    open.pop_back();
    for (std::size_t m = 0; m < inits.size(); ++m) {
      if (!states[m] || needed[m]) continue;
      needed[m] = true;
      open.push_back(m);
    }
  }
  std::map<int, NodeId> result;
  if (std::ranges::find(needed, false) == needed.end()) {
    for (const int k : asked) result[k] = g.final_state(fold, k);
    return result;
  }
  std::vector<NodeId> renamed{g.bound(level, 0, scalar_type(Element::Index))};
  std::vector<NodeId> first;
  std::vector<int> slots;
  for (std::size_t k = 0; k < inits.size(); ++k) {
    slots.push_back(static_cast<int>(first.size()));
    renamed.push_back(needed[k] ? g.bound(level, slots[k] + 1, g[inits[k]].type) : kNoNode);
    if (needed[k]) first.push_back(inits[k]);
  }
  if (first.empty()) return result;
  std::vector<NodeId> next;
  for (std::size_t k = 0; k < inits.size(); ++k) {
    if (needed[k]) next.push_back(substitute(g, nexts[k], level, renamed));
  }
  const NodeId kept = g.fold(level, range, first, next);
  for (const int k : asked) {
    result[k] = g.final_state(kept, slots[static_cast<std::size_t>(k)]);
  }
  return result;
}

Function drop_states(Function f) {
  Graph& g = f.graph;
  std::unordered_map<NodeId, std::set<int>> asked;
  std::unordered_set<NodeId> traced;
  for (NodeId id : reachable(g, roots_of(f))) {
    if (g.op(id) == Op::Final) asked[g.operand(id, 0)].insert(g.slot(id));
    if (g.op(id) == Op::Trace) traced.insert(g.operand(id, 0));
  }
  std::unordered_map<NodeId, std::map<int, NodeId>> finals;  // by the Fold as it was
  rebuild(f, [&](NodeId id, NodeId fresh) {
    if (g.op(id) != Op::Final || g.op(fresh) != Op::Final) return fresh;
    const NodeId fold = g.operand(id, 0);
    if (traced.contains(fold)) return fresh;
    auto& parts = finals[fold];
    if (parts.empty()) parts = finals_of(g, g.operand(fresh, 0), asked.at(fold));
    return parts.at(g.slot(id));
  });
  return f;
}

}  // namespace gradsmith
