#include "passes/loop_states.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "ir/arrays.hpp"
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
  if (g.op(loop) == Op::Write) {
    return {{o[3]}, {g.set(best, std::span(o).subspan(5), o[4])}};
  }
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

NodeId as_fold(Graph& g, NodeId reduce) {
  const auto view = g.operands(reduce);
  const LoopStates states = states_of_loop(g, reduce, {view.begin(), view.end()});
  return g.fold(g[reduce].level, g.range_of(reduce), states.inits, states.nexts);
}

std::vector<NodeId> values_in_trip(Graph& g, NodeId fold, NodeId index, NodeId trip) {
  std::vector<NodeId> values{index};
  const auto view = g.fold_parts(fold).inits;
  const std::vector<NodeId> inits(view.begin(), view.end());
  for (std::size_t k = 0; k < inits.size(); ++k) {
    const NodeId state = loop_state(g, g[fold].level, k, g[inits[k]].type);
    values.push_back(g.at(g.trace(fold, state), {trip}));
  }
  return values;
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

std::map<int, NodeId> finals_of(Function& f, NodeId fold, const std::set<int>& asked) {
  Graph& g = f.graph;
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
  for (std::size_t k = 0; k < inits.size(); ++k) {
    if (!needed[k]) continue;
    carry_names(f, nexts[k], g.fold_parts(kept).nexts[static_cast<std::size_t>(slots[k])]);
  }
  for (const int k : asked) {
    result[k] = g.final_state(kept, slots[static_cast<std::size_t>(k)]);
  }
  return result;
}

namespace {

/// One body may stand in several loops that ask for different states of a loop in it, so that each
/// scope is gone through by itself.
class Dropper {
 public:
  explicit Dropper(Function& f) : f_(f), g_(f.graph) {}

  void run() {
    const std::vector<NodeId> roots = roots_of(f_);
    const std::vector<NodeId> live = reachable(g_, roots);
    traced_ = traced_folds(g_, live);
    const std::unordered_map<NodeId, NodeId> now = without(live, 0);
    rename(f_, live, [&](NodeId id) { return now.at(id); });
  }

 private:
  bool is_dropping(NodeId id) const {
    return g_.op(id) == Op::Final && !traced_.contains(g_.operand(id, 0));
  }

  /// The nodes of a scope, operands first, with the loops that stand in it brought to their states.
  std::unordered_map<NodeId, NodeId> without(const std::vector<NodeId>& nodes, int level) {
    std::unordered_map<NodeId, std::set<int>> asked;
    for (NodeId id : nodes) {
      if (is_dropping(id)) asked[g_.operand(id, 0)].insert(g_.slot(id));
    }
    std::unordered_map<NodeId, NodeId> now;
    std::unordered_map<NodeId, std::map<int, NodeId>> finals;  // by the Fold as it was
    for (NodeId id : extents_of_types(g_, nodes)) now[id] = id;
    for (NodeId id : nodes) {
      if (now.contains(id)) continue;
      const auto view = g_.operands(id);
      std::vector<NodeId> operands(view.begin(), view.end());
      renew(operands, now);
      NodeId made = operands.empty() ? id : rebuilt(g_, id, operands);
      if (is_dropping(id) && g_.op(made) == Op::Final) {
        const NodeId fold = g_.operand(id, 0);
        auto& parts = finals[fold];
        if (parts.empty()) parts = dropped(g_.operand(made, 0), asked.at(fold), level);
        made = parts.at(g_.slot(id));
      }
      if (made != id && !g_.is_constant(made)) f_.provenance.carry(id, made);
      now[id] = made;
    }
    return now;
  }

  /// The final states that are asked for, of a Fold in the body of which nothing is left over.
  /// Recursion follows the nesting of loops only.
  std::map<int, NodeId> dropped(NodeId fold, const std::set<int>& asked, int scope) {
    std::map<int, NodeId> finals = finals_of(f_, fold, asked);
    const NodeId kept = g_.operand(finals.begin()->second, 0);
    if (g_.op(finals.begin()->second) != Op::Final || g_[kept].level <= scope) return finals;
    const FoldParts view = g_.fold_parts(kept);
    const int level = view.level;
    const std::vector<NodeId> body = reachable_at(g_, view.nexts, level);
    const bool loops = std::ranges::any_of(body, [&](NodeId id) { return is_dropping(id); });
    if (!loops) return finals;
    const std::unordered_map<NodeId, NodeId> now = without(body, level);
    const auto operands_view = g_.operands(kept);
    std::vector<NodeId> operands(operands_view.begin(), operands_view.end());
    for (std::size_t k = g_.outside_operands(kept); k < operands.size(); ++k) {
      if (const auto found = now.find(operands[k]); found != now.end()) operands[k] = found->second;
    }
    const NodeId made = rebuilt(g_, kept, operands);
    for (auto& [slot, final] : finals) final = g_.final_state(made, g_.slot(final));
    return finals;
  }

  Function& f_;
  Graph& g_;
  std::unordered_set<NodeId> traced_;
};

}  // namespace

void rebuild_finals(Function& f, const std::unordered_set<NodeId>& fixed,
                    const std::function<std::vector<NodeId>(NodeId loop)>& finals) {
  const Graph& g = f.graph;
  std::unordered_map<NodeId, std::vector<NodeId>> known;
  const auto finals_of = [&](NodeId loop) -> const std::vector<NodeId>& {
    const auto [entry, fresh] = known.try_emplace(loop);
    if (fresh) entry->second = finals(loop);
    return entry->second;
  };
  rebuild(f, [&](NodeId id, NodeId fresh) {
    if (g.op(fresh) == Op::Reduce && g.reducer(fresh) == Op::Add && !g.is_scalar(fresh)) {
      if (fixed.contains(id)) return fresh;
      const std::vector<NodeId>& made = finals_of(fresh);
      return made.empty() ? fresh : made[0];
    }
    if (g.op(fresh) != Op::Final || fixed.contains(g.operand(id, 0))) return fresh;
    const std::vector<NodeId>& made = finals_of(g.operand(fresh, 0));
    return made.empty() ? fresh : made[static_cast<std::size_t>(g.slot(fresh))];
  });
}

Function drop_states(Function f) {
  Dropper(f).run();
  return f;
}

}  // namespace gradsmith
