#include "passes/unswitch.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "passes/compact.hpp"
#include "passes/rebuild.hpp"
#include "passes/rules.hpp"

namespace gradsmith {
namespace {

// Both loops stand in the code.
constexpr std::size_t kMostNodes = 120;

class Unswitcher {
 public:
  explicit Unswitcher(Function& f) : f_(f), g_(f.graph) {}

  void run() {
    rebuild(f_, [&](NodeId, NodeId fresh) {
      if (g_.op(fresh) != Op::Final) return fresh;
      const NodeId loop = g_.operand(fresh, 0);
      const NodeId condition = condition_of(loop);
      if (condition == kNoNode) return fresh;
      const NodeId yes = g_.final_state(where(loop, condition, true), g_.slot(fresh));
      return g_.choose(condition, yes,
                       g_.final_state(where(loop, condition, false), g_.slot(fresh)));
    });
  }

 private:
  /// The one condition of a loop's body that no trip changes; kNoNode where there is none, or the
  /// loop is to stay as it is.
  NodeId condition_of(NodeId loop) const {
    const FoldParts view = g_.fold_parts(loop);
    if (view.level < 2) return kNoNode;
    const auto is_array = [&](NodeId init) { return !g_.is_scalar(init); };
    if (!std::ranges::all_of(view.inits, is_array)) return kNoNode;
    const auto body = reachable_at(g_, view.nexts, view.level);
    if (body.size() > kMostNodes) return kNoNode;
    NodeId condition = kNoNode;
    for (NodeId id : body) {
      const Op op = g_.op(id);
      if (op == Op::Final || op == Op::Reduce) return kNoNode;
      if (op != Op::If) continue;
      const NodeId c = g_.operand(id, 0);
      const bool loads = g_.op(g_.operand(id, 1)) == Op::At || g_.op(g_.operand(id, 2)) == Op::At;
      const bool fixed = (g_.free(c) & Graph::bit(view.level)) == 0;
      if (!g_.is_scalar(id) || !loads || !fixed) return kNoNode;
      if (condition != kNoNode && condition != c) return kNoNode;
      condition = c;
    }
    return condition;
  }

  /// The loop where the condition holds, or does not.
  NodeId where(NodeId loop, NodeId condition, bool holds) {
    const auto [found, made] = made_.try_emplace({loop, holds}, kNoNode);
    if (!made) return found->second;
    const FoldParts view = g_.fold_parts(loop);
    const int level = view.level;
    const Range range = view.range;
    const std::vector<NodeId> inits(view.inits.begin(), view.inits.end());
    std::vector<NodeId> nexts(view.nexts.begin(), view.nexts.end());
    std::unordered_map<NodeId, NodeId> now;
    for (NodeId id : reachable_at(g_, nexts, level)) {
      if (g_.op(id) == Op::If && g_.operand(id, 0) == condition) {
        const NodeId side = g_.operand(id, holds ? 1 : 2);
        now[id] = now.contains(side) ? now.at(side) : side;
        continue;
      }
      const auto operands_now = g_.operands(id);
      std::vector<NodeId> operands(operands_now.begin(), operands_now.end());
      for (NodeId& o : operands) {
        if (const auto changed = now.find(o); changed != now.end()) o = changed->second;
      }
      const NodeId fresh = operands.empty() ? id : rebuilt(g_, id, operands);
      now[id] = fresh == id ? id : settled(fresh);
      if (now[id] != id && !g_.is_constant(now[id])) f_.provenance.carry(id, now[id]);
    }
    for (NodeId& next : nexts) next = now.contains(next) ? now.at(next) : next;
    return made_[{loop, holds}] = g_.fold(level, range, inits, nexts);
  }

  /// By the rules that the policy allows for the author's nodes, too, until none applies.
  NodeId settled(NodeId id) {
    const Permission permission{Exactness::Finite, false, RuleSet::All};
    for (int steps = 0; steps < 16 && is_operator(g_.op(id)); ++steps) {
      const Rewrite rewrite = apply_rules(g_, id, permission, {});
      if (!rewrite.rule) break;
      id = rewrite.result;
    }
    return id;
  }

  Function& f_;
  Graph& g_;
  std::map<std::pair<NodeId, bool>, NodeId> made_;
};

}  // namespace

Function unswitch(Function f) {
  // The loop of zeros would keep its products.
  if (f.policy == FpPolicy::Strict) return f;
  Unswitcher(f).run();
  return compact(std::move(f));
}

}  // namespace gradsmith
