#include "emit/leave_loops.hpp"

#include <algorithm>
#include <optional>
#include <unordered_set>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/ending_state.hpp"
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
    if (made != id) left_.former.try_emplace(made, id);
    if (made != id && !g_.is_constant(made)) left_.function.provenance.carry(id, made);
  }

  NodeId loop(NodeId id) {
    const FoldParts parts = g_.fold_parts(id);
    const int level = parts.level;
    const Range range{now(parts.range.begin), now(parts.range.end), now(parts.range.step)};
    Nodes inits(parts.inits.begin(), parts.inits.end());
    Nodes nexts(parts.nexts.begin(), parts.nexts.end());
    const std::optional<std::size_t> until = ending_state(left_.function, level, inits, nexts);
    if (until) {
      const NodeId state = loop_state(g_, level, *until, scalar_type(Element::Bool));
      for (NodeId& next : nexts) next = running(next, level, state);
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

  NodeId running(NodeId next, int level, NodeId state) {
    return assuming(left_.function, next, level, state, false, &left_.former);
  }

  LeftEarly& left_;
  Graph& g_;
  std::unordered_map<NodeId, NodeId> now_;
  std::unordered_set<NodeId> running_on_;
  bool ambiguous_ = false;
};

}  // namespace

NodeId LeftEarly::before(NodeId id) const {
  for (auto found = former.find(id); found != former.end(); found = former.find(id)) {
    id = found->second;
  }
  return id;
}

LeftEarly leave_loops(const Function& f) {
  LeftEarly left{f, {}, {}};
  if (!Leaver(left).run()) left = {f, {}, {}};
  return left;
}

}  // namespace gradsmith
