#include "emit/leave_loops.hpp"

#include <algorithm>
#include <optional>
#include <unordered_set>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/fold_constant.hpp"
#include "ir/substitute.hpp"

namespace gradsmith {
namespace {

using Nodes = std::vector<NodeId>;

class Leaver {
 public:
  explicit Leaver(LeftEarly& left) : left_(left), g_(left.function.graph) {}

  /// False where equal loops are left in one place and run on in another.
  bool run() {
    Function& f = left_.function;
    for (NodeId id : reachable(g_, output_values(f))) settle(id, 0);
    for (Output& o : f.outputs) o.value = now_.at(o.value);
    return !ambiguous_;
  }

 private:
  NodeId now(NodeId id) const {
    const auto found = now_.find(id);
    return found == now_.end() ? id : found->second;
  }

  /// Gives a node of the scope of that level its operands as they are now.
  void settle(NodeId id, int level) {
    if (scope_of(g_, id) != level || now_.contains(id)) return;
    const auto view = g_.operands(id);
    Nodes operands(view.begin(), view.end());
    NodeId made = id;
    if (g_.op(id) == Op::Fold) {
      made = loop(id);
    } else if (renew(operands, now_)) {
      made = g_.with_operands(id, operands);
    }
    now_[id] = made;
    if (made != id && !g_.is_constant(made)) left_.function.provenance.carry(id, made);
  }

  NodeId loop(NodeId id) {
    const FoldParts parts = g_.fold_parts(id);
    const int level = parts.level;
    const Range range{now(parts.range.begin), now(parts.range.end), now(parts.range.step)};
    Nodes inits(parts.inits.begin(), parts.inits.end());
    Nodes nexts(parts.nexts.begin(), parts.nexts.end());
    const std::optional<std::size_t> until = ending_state(level, inits, nexts);
    if (until) {
      const NodeId state = bound(level, *until, inits[*until]);
      for (NodeId& next : nexts) next = assuming(next, level, state, false);
    }
    for (NodeId inner : reachable_at(g_, nexts, level)) settle(inner, level);
    renew(nexts, now_);
    renew(inits, now_);
    const NodeId made = g_.fold(level, range, inits, nexts);
    if (until) {
      const bool other = left_.until.contains(made) && left_.until.at(made) != *until;
      ambiguous_ = ambiguous_ || other || running_on_.contains(made);
      left_.until[made] = *until;
    } else {
      ambiguous_ = ambiguous_ || left_.until.contains(made);
      running_on_.insert(made);
    }
    return made;
  }

  NodeId bound(int level, std::size_t k, NodeId init) {
    return g_.bound(level, static_cast<int>(k) + 1, g_[init].type);
  }

  /// The state that stays true once it is, all others then being as they were.
  std::optional<std::size_t> ending_state(int level, const Nodes& inits, const Nodes& nexts) {
    for (std::size_t b = 0; b < inits.size(); ++b) {
      if (!g_.is_scalar(inits[b]) || g_.element(inits[b]) != Element::Bool) continue;
      const NodeId state = bound(level, b, inits[b]);
      bool ends = true;
      for (std::size_t k = 0; ends && k < nexts.size(); ++k) {
        const NodeId then = assuming(nexts[k], level, state, true);
        ends = k == b ? g_.is_constant(then, 1) : then == bound(level, k, inits[k]);
      }
      if (ends) return b;
    }
    return {};
  }

  /// What a node of a loop's body is where a condition holds, or does not.
  NodeId assuming(NodeId root, int level, NodeId condition, bool holds) {
    std::unordered_map<NodeId, NodeId> known{{condition, g_.number(Element::Bool, holds ? 1 : 0)}};
    const NodeId roots[] = {root};
    for (NodeId id : reachable_at(g_, roots, level)) {
      if (id == condition) continue;
      const auto view = g_.operands(id);
      Nodes operands(view.begin(), view.end());
      const NodeId made = renew(operands, known) ? simpler(id, operands) : id;
      if (made != id && !g_.is_constant(made)) left_.function.provenance.carry(id, made);
      known[id] = made;
    }
    const auto found = known.find(root);
    return found == known.end() ? root : found->second;
  }

  NodeId simpler(NodeId id, const Nodes& o) {
    const auto is = [&](NodeId x, bool value) {
      return g_.element(x) == Element::Bool && g_.is_constant(x, value ? 1 : 0);
    };
    switch (g_.op(id)) {
      case Op::If:
        if (is(o[0], true)) return o[1];
        if (is(o[0], false)) return o[2];
        break;
      case Op::And:
        if (is(o[0], false) || is(o[1], false)) return g_.number(Element::Bool, 0);
        if (is(o[0], true)) return o[1];
        if (is(o[1], true)) return o[0];
        break;
      case Op::Or:
        if (is(o[0], true) || is(o[1], true)) return g_.number(Element::Bool, 1);
        if (is(o[0], false)) return o[1];
        if (is(o[1], false)) return o[0];
        break;
      default:
        break;
    }
    const NodeId made = g_.with_operands(id, o);
    return fold_constant(g_, made).value_or(made);
  }

  LeftEarly& left_;
  Graph& g_;
  std::unordered_map<NodeId, NodeId> now_;
  std::unordered_set<NodeId> running_on_;
  bool ambiguous_ = false;
};

}  // namespace

bool may_leave_loops(const Function& f) {
  const Graph& g = f.graph;
  return std::ranges::any_of(reachable(g, output_values(f)), [&](NodeId id) {
    if (g.op(id) != Op::Fold) return false;
    return std::ranges::any_of(g.fold_parts(id).inits, [&](NodeId init) {
      return g.is_scalar(init) && g.element(init) == Element::Bool;
    });
  });
}

LeftEarly leave_loops(const Function& f) {
  LeftEarly left{f, {}};
  if (!Leaver(left).run()) left = {f, {}};
  return left;
}

}  // namespace gradsmith
