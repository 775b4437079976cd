#include "passes/count_trips.hpp"

#include <optional>
#include <unordered_map>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/ending_state.hpp"
#include "ir/substitute.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

using Nodes = std::vector<NodeId>;

class Counter {
 public:
  explicit Counter(Function& f) : f_(f), g_(f.graph) {}

  void run() {
    rebuild(f_, [&](NodeId id, NodeId fresh) {
      if (g_.op(id) != Op::Final || g_.op(fresh) != Op::Final) return fresh;
      const std::optional<std::size_t> until = until_of(g_.operand(id, 0));
      if (!until) return fresh;
      const Counted& counted = counted_of(g_.operand(fresh, 0), *until);
      const auto k = static_cast<std::size_t>(g_.slot(fresh));
      if (!is_floating(g_.element(fresh))) return g_.final_state(counted.ending, g_.slot(fresh));
      return g_.final_state(counted.whole, static_cast<int>(k < *until ? k : k - 1));
    });
  }

 private:
  struct Counted {
    NodeId ending = kNoNode;  ///< the loop as it was, its last state the number of trips
    NodeId whole = kNoNode;   ///< over these trips, without the state that ends it
  };

  std::optional<std::size_t> until_of(NodeId fold) {
    const auto known = until_.find(fold);
    if (known != until_.end()) return known->second;
    const FoldParts parts = g_.fold_parts(fold);
    const int level = parts.level;
    const Nodes inits(parts.inits.begin(), parts.inits.end());
    const Nodes nexts(parts.nexts.begin(), parts.nexts.end());
    return until_[fold] = ending_state(f_, level, inits, nexts);
  }

  const Counted& counted_of(NodeId fold, std::size_t until) {
    const auto known = counted_.find(fold);
    if (known != counted_.end()) return known->second;
    const FoldParts parts = g_.fold_parts(fold);
    const int level = parts.level;
    const Range range = parts.range;
    Nodes inits(parts.inits.begin(), parts.inits.end());
    Nodes nexts(parts.nexts.begin(), parts.nexts.end());
    const auto state_of = [&](std::size_t k) {
      return loop_state(g_, level, k, g_[inits[k]].type);
    };
    const NodeId stopped = state_of(until);
    Nodes running;
    for (NodeId next : nexts) running.push_back(assuming(f_, next, level, stopped, false));
    // Where the trip that ends the loop changes nothing that varies, it is none of those that
    // count.
    const NodeId stops = running[until];
    const NodeId ended = g_.choose(stopped, g_.boolean(true), stops);
    const bool quiet = changes_nothing(running, stops, level);
    const NodeId over = quiet ? ended : stopped;

    Nodes starts, steps;
    Nodes renumbered{kNoNode};  // by Bound slot: a state's place without the one that ends the loop
    for (std::size_t k = 0; k < inits.size(); ++k) {
      renumbered.push_back(k == until ? kNoNode
                                      : loop_state(g_, level, starts.size(), g_[inits[k]].type));
      if (k != until) starts.push_back(inits[k]);
    }
    for (std::size_t k = 0; k < nexts.size(); ++k) {
      if (k == until) {
        nexts[k] = ended;
        continue;
      }
      const NodeId step = quiet ? assuming(f_, running[k], level, stops, false) : running[k];
      steps.push_back(substitute(g_, step, level, renumbered));
      carry_names(f_, step, steps.back());
      // In the same words as `join_counted` will use.
      const NodeId next = is_floating(g_.element(inits[k]))
                              ? g_.choose(over, state_of(k), step)
                              : g_.choose(stopped, state_of(k), running[k]);
      f_.provenance.carry(nexts[k], next);
      nexts[k] = next;
    }

    inits.push_back(g_.index(0));
    const NodeId count = state_of(inits.size() - 1);
    nexts.push_back(g_.choose(over, count, g_.apply(Op::Add, {count, g_.index(1)})));
    Counted made;
    made.ending = g_.fold(level, range, inits, nexts);
    const NodeId trips = g_.final_state(made.ending, static_cast<int>(inits.size()) - 1);
    f_.provenance.add(trips, {"trips", "how many trips of the loop run", {}});
    const NodeId end = index_at_trip(g_, range, trips);
    made.whole = g_.fold(level, {range.begin, end, range.step}, starts, steps);
    return counted_[fold] = made;
  }

  /// Whether states that vary stay as they are in the trip in which a condition comes true.
  bool changes_nothing(const Nodes& nexts, NodeId condition, int level) {
    if (g_.is_constant(condition)) return false;
    for (std::size_t k = 0; k < nexts.size(); ++k) {
      if (!is_floating(g_.element(nexts[k]))) continue;
      const NodeId next = assuming(f_, nexts[k], level, condition, true);
      if (!is_state(g_, next, level, k)) return false;
    }
    return true;
  }

  Function& f_;
  Graph& g_;
  std::unordered_map<NodeId, std::optional<std::size_t>> until_;  // by Fold as it was
  std::unordered_map<NodeId, Counted> counted_;                   // by Fold as it is
};

}  // namespace

Function count_trips(Function f) {
  Counter(f).run();
  return f;
}

}  // namespace gradsmith
