#include "passes/join_counted.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/certain_loads.hpp"
#include "ir/ending_state.hpp"
#include "ir/growth.hpp"
#include "ir/polynomial.hpp"
#include "ir/regions.hpp"
#include "ir/substitute.hpp"
#include "passes/array_laws.hpp"
#include "passes/loops_beside.hpp"
#include "passes/merge_states.hpp"
#include "passes/rebuild.hpp"
#include "passes/subsume_loops.hpp"

namespace gradsmith {
namespace {

using Nodes = std::vector<NodeId>;

/// A loop over as many trips as another one has counted.
struct Pair {
  NodeId counting = kNoNode;
  NodeId over_trips = kNoNode;
  NodeId ended = kNoNode;  ///< in the body of `counting`: whether the trip is none of those
};

class Joiner {
 public:
  Joiner(Function& f, bool traced)
      : f_(f),
        g_(f.graph),
        live_(reachable(g_, roots_of(f))),
        bodies_(bodies_with(g_, live_)),
        regions_(g_, roots_of(f), live_) {
    if (!traced) traced_ = traced_folds(g_, live_);
  }

  bool run() {
    for (NodeId id : live_) {
      const std::optional<Pair> pair = pair_of(id);
      if (!pair) continue;
      join(*pair);
      return true;
    }
    return false;
  }

 private:
  std::optional<Pair> pair_of(NodeId id) {
    if (g_.op(id) != Op::Fold || traced_.contains(id)) return {};
    const Range range = g_.range_of(id);
    for (NodeId u : reachable(g_, std::span(&range.end, 1))) {
      const NodeId counting = loop_counted_by(g_, u);
      if (counting == kNoNode || !are_trips(range, counting, u)) continue;
      const NodeId ended = ended_of(counting, static_cast<std::size_t>(g_.slot(u)));
      const bool together = scope_of(g_, counting) == scope_of(g_, id);
      if (ended == kNoNode || !together || hangs_on(id, counting)) continue;
      if (!sets_elements(counting) || !sets_elements(id)) continue;
      // What only one side of a choice needs may not be there where the other loop runs.
      const bool needed = regions_.encloses(regions_.of(id), regions_.of(counting));
      if (!needed && may_fail(g_, id, nodes_that_may_fail(f_, g_, roots_of(f_)))) continue;
      return Pair{counting, id, ended};
    }
    return {};
  }

  /// Whether a range is that of a loop as far as it has counted.
  bool are_trips(const Range& range, NodeId counting, NodeId count) {
    const Range whole = g_.range_of(counting);
    if (range.begin != whole.begin || range.step != whole.step) return false;
    if (!g_.is_constant(range.step)) return false;
    const Polynomial end = polynomials_.of(whole.begin) +
                           polynomials_.of(count).scaled({g_.index_value(whole.step), 1});
    return polynomials_.of(range.end) == end;
  }

  /// The condition, in the body of a loop, on which it counts no more; kNoNode where that may fail
  /// to hold from some trip on.
  NodeId ended_of(NodeId counting, std::size_t count) {
    const FoldParts parts = g_.fold_parts(counting);
    const int level = parts.level;
    const Nodes inits(parts.inits.begin(), parts.inits.end());
    const Nodes nexts(parts.nexts.begin(), parts.nexts.end());
    const NodeId next = nexts[count];
    if (g_.op(next) != Op::If || !is_state(g_, g_.operand(next, 1), level, count)) return kNoNode;
    const NodeId more = g_.operand(next, 2);
    if (g_.op(more) != Op::Add || more == g_.operand(next, 1)) return kNoNode;
    const std::optional<std::size_t> until = ending_state(f_, level, inits, nexts);
    if (!until) return kNoNode;
    const NodeId ended = g_.operand(next, 0);
    return is_state(g_, ended, level, *until) || ended == nexts[*until] ? ended : kNoNode;
  }

  /// Whether a loop needs more of another one than how many trips it has counted.
  bool hangs_on(NodeId id, NodeId other) {
    Nodes all;
    const auto operands = g_.operands(id);
    for (std::size_t k = 0; k < operands.size(); ++k) {
      if (k != 1) all.push_back(operands[k]);
    }
    return std::ranges::binary_search(reachable(g_, all), other);
  }

  /// A choice, written as `simplify` has written those of the loop that counts.
  NodeId chosen(NodeId condition, NodeId a, NodeId b) {
    NodeId made = g_.choose(condition, a, b);
    if (!g_.is_scalar(made)) return made;
    while (const auto shorter = apply_array_law(g_, made, Permission{})) made = *shorter;
    return made;
  }

  /// Whether a loop does no more to arrays than to set single elements. Where loops inside write
  /// arrays, whole arrays would be chosen between, and copied for that.
  bool sets_elements(NodeId loop) const {
    const FoldParts parts = g_.fold_parts(loop);
    return std::ranges::all_of(parts.nexts, [&](NodeId next) {
      if (g_.is_scalar(next)) return true;
      while (is_assignment(g_, next) && g_.is_scalar(g_.operand(next, 4))) {
        next = g_.operand(next, 3);
      }
      return state_number(g_, next, parts.level).has_value();
    });
  }

  void join(const Pair& pair) {
    const NodeId counting = pair.counting;
    TwoLoops both = states_of_both(f_, counting, pair.over_trips);
    const NodeId ended = relevel_named(f_, pair.ended, g_[counting].level, both.level);
    for (std::size_t k = both.first; k < both.nexts.size(); ++k) {
      const NodeId state = loop_state(g_, both.level, k, g_[both.inits[k]].type);
      const NodeId next = chosen(ended, state, both.nexts[k]);
      f_.provenance.carry(both.nexts[k], next);
      both.nexts[k] = next;
    }
    const NodeId made = g_.fold(both.level, g_.range_of(counting), both.inits, both.nexts);
    // The counting loop may stand in other bodies, where it goes on to count alone.
    const auto body = bodies_.find(pair.over_trips);
    const NodeId around = body == bodies_.end() ? kNoNode : body->second.front();
    rebuild_in(f_, around, [&](NodeId id, NodeId fresh) {
      if (id == counting) return made;
      if (g_.op(id) != Op::Final || g_.operand(id, 0) != pair.over_trips) return fresh;
      return g_.final_state(made, static_cast<int>(both.first) + g_.slot(id));
    });
  }

  Function& f_;
  Graph& g_;
  Nodes live_;
  std::unordered_map<NodeId, Nodes> bodies_;
  Regions regions_;
  std::unordered_set<NodeId> traced_;
  Polynomials polynomials_{g_};
};

}  // namespace

Function join_counted(Function f, bool traced) {
  if (!may_leave_loops(f)) return f;
  bool joined = false;
  while (Joiner(f, traced).run()) joined = true;
  return joined ? subsume_loops(merge_states(std::move(f))) : f;
}

}  // namespace gradsmith
