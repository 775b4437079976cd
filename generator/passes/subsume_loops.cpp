#include "passes/subsume_loops.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/regions.hpp"
#include "passes/loop_paths.hpp"
#include "passes/loops_beside.hpp"
#include "passes/merge_states.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

using Nodes = std::vector<NodeId>;

class Subsumer {
 public:
  explicit Subsumer(Function& f) : f_(f), g_(f.graph) {}

  /// Whether there was such a loop.
  bool run() {
    const Nodes live = reachable(g_, roots_of(f_));
    const std::unordered_set<NodeId> traced = traced_folds(g_, live);
    const std::unordered_map<NodeId, Nodes> bodies = bodies_with(g_, live);
    const Regions regions(g_, roots_of(f_), live);
    std::map<NodeId, Nodes> beside;  // by the loop around
    for (NodeId id : live) {
      if (g_.op(id) != Op::Fold || traced.contains(id)) continue;
      const auto around = bodies.find(id);
      if (around == bodies.end()) {
        beside[kNoNode].push_back(id);
      } else {
        for (NodeId loop : around->second) beside[loop].push_back(id);
      }
    }
    for (const auto& [around, loops] : beside) {
      for (NodeId small : loops) {
        for (NodeId large : loops) {
          // The larger one runs where the smaller one is needed.
          const bool runs = regions.encloses(regions.of(large), regions.of(small));
          if (small != large && runs && read_from(small, large, around)) return true;
        }
      }
    }
    return false;
  }

 private:
  bool read_from(NodeId small, NodeId large, NodeId around) {
    const FoldParts a = g_.fold_parts(small);
    const FoldParts b = g_.fold_parts(large);
    const bool starts = std::ranges::all_of(
        a.inits, [&](NodeId init) { return std::ranges::find(b.inits, init) != b.inits.end(); });
    if (!starts || !is_same_range(a.range, b.range)) return false;
    if (scope_of(g_, small) != scope_of(g_, large) || depends_on(g_, large, small)) return false;
    const TwoLoops both = states_of_both(f_, large, small);
    const std::vector<int> classes = equal_states(f_, both.level, both.inits, both.nexts);
    const auto of_large = std::span(classes).first(both.first);
    std::vector<int> slots;
    for (int of_small : std::span(classes).subspan(both.first)) {
      const auto found = std::ranges::find(of_large, of_small);
      if (found == of_large.end()) return false;
      slots.push_back(static_cast<int>(found - of_large.begin()));
    }
    rebuild_in(f_, around, [&](NodeId id, NodeId fresh) {
      if (g_.op(id) != Op::Final || g_.operand(id, 0) != small) return fresh;
      return g_.final_state(large, slots[static_cast<std::size_t>(g_.slot(id))]);
    });
    return true;
  }

  Function& f_;
  Graph& g_;
};

}  // namespace

Function subsume_loops(Function f) {
  while (Subsumer(f).run()) continue;
  return f;
}

}  // namespace gradsmith
