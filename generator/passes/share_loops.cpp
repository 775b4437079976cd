#include "passes/share_loops.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "ir/arrays.hpp"
#include "ir/regions.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

class Sharing {
 public:
  explicit Sharing(const Function& f)
      : g_(f.graph),
        live_(reachable(g_, roots_of(f))),
        bodies_(bodies_with(g_, live_)),
        regions_(g_, roots_of(f), live_) {}

  /// The Folds that others replace which do not hang on any of them, to those others: first of all
  /// loops around, whose bodies then are the same again.
  std::unordered_map<NodeId, NodeId> replacements() const {
    std::unordered_map<NodeId, NodeId> found;
    int level = -1;
    for (const auto& [fold, by] : candidates()) {
      if (level >= 0 && g_[fold].level != level) break;
      const bool apart = std::ranges::none_of(found, [&](const auto& pair) {
        return depends_on(g_, by, pair.first) || depends_on(g_, pair.second, fold);
      });
      if (!apart) continue;
      found.emplace(fold, by);
      level = g_[fold].level;
    }
    return found;
  }

 private:
  /// Folds, and what could replace them, outermost first.
  std::vector<std::pair<NodeId, NodeId>> candidates() const {
    // What Folds have in common that may be one.
    std::map<std::vector<NodeId>, std::vector<NodeId>> alike;
    for (NodeId id : live_) {
      if (g_.op(id) != Op::Fold) continue;
      const FoldParts parts = g_.fold_parts(id);
      if (parts.inits.empty()) continue;
      const Range& r = parts.range;
      alike[{static_cast<NodeId>(parts.level), r.begin, r.end, r.step, parts.inits[0],
             parts.nexts[0]}]
          .push_back(id);
    }
    std::vector<std::pair<NodeId, NodeId>> found;
    for (const auto& [key, folds] : alike) {
      for (NodeId fold : folds) {
        for (NodeId other : folds) {
          if (!may_replace(other, fold)) continue;
          found.emplace_back(fold, other);
          break;
        }
      }
    }
    std::ranges::stable_sort(found, {}, [&](const auto& pair) { return g_[pair.first].level; });
    return found;
  }

  bool may_replace(NodeId other, NodeId fold) const {
    const FoldParts a = g_.fold_parts(fold);
    const FoldParts b = g_.fold_parts(other);
    const std::size_t states = a.inits.size();
    return b.inits.size() > states && std::ranges::equal(a.inits, b.inits.first(states)) &&
           std::ranges::equal(a.nexts, b.nexts.first(states)) &&
           std::ranges::includes(bodies_of(other), bodies_of(fold)) &&
           regions_.encloses(regions_.of(other), regions_.of(fold)) && !depends_on(g_, other, fold);
  }

  std::span<const NodeId> bodies_of(NodeId fold) const {
    const auto found = bodies_.find(fold);
    return found == bodies_.end() ? std::span<const NodeId>() : found->second;
  }

  const Graph& g_;
  std::vector<NodeId> live_;
  std::unordered_map<NodeId, std::vector<NodeId>> bodies_;
  Regions regions_;
};

}  // namespace

Function share_loops(Function f) {
  for (;;) {
    const auto replacements = Sharing(f).replacements();
    if (replacements.empty()) return f;
    Graph& g = f.graph;
    bool shared = false;  // extents of types stay as they are
    rebuild(f, [&](NodeId id, NodeId fresh) {
      if (g.op(id) != Op::Final && g.op(id) != Op::Trace) return fresh;
      const auto found = replacements.find(g.operand(id, 0));
      if (found == replacements.end()) return fresh;
      shared = true;
      if (g.op(id) == Op::Final) return g.final_state(found->second, g.slot(id));
      return g.trace(found->second, g.operand(fresh, 1));
    });
    if (!shared) return f;
  }
}

}  // namespace gradsmith
