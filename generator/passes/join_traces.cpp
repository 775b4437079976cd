#include "passes/join_traces.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "ir/arrays.hpp"
#include "ir/certain_loads.hpp"
#include "ir/regions.hpp"
#include "ir/substitute.hpp"
#include "passes/guards.hpp"
#include "passes/loop_paths.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

class Joiner {
 public:
  explicit Joiner(Function& f) : f_(f), g_(f.graph) {}

  /// One round: each Fold takes in the sums that hang on it alone. False where there are none.
  bool run() {
    std::map<NodeId, std::vector<NodeId>> sums;  // by Fold
    std::map<NodeId, std::size_t> depths;        // how many sides of choices are around it, then
    const std::vector<NodeId> roots = roots_of(f_);
    const std::vector<NodeId> live = reachable(g_, roots);
    bodies_ = bodies_with(g_, live);
    const Regions regions(g_, roots, live);
    const auto uncertain = certainty_of_loads(f_, g_, roots).uncertain;
    for (NodeId id : live) {
      if (g_.op(id) != Op::Reduce || g_.reducer(id) != Op::Add) continue;
      const NodeId fold = fold_of(id);
      if (fold == kNoNode) continue;
      auto sides = regions.around(id);
      const std::size_t own = regions.around(fold).size();
      // The loop that takes in a sum outside of its side of a choice runs outside of it.
      const bool moves = sides.size() < own;
      if (moves && may_fail(g_.fold_parts(fold).nexts, kNoNode, uncertain)) continue;
      sums[fold].push_back(id);
      std::size_t& depth = depths.try_emplace(fold, own).first->second;
      depth = std::min(depth, sides.size());
      const NodeId body[] = {g_.operand(id, 4)};
      if (may_fail(body, fold, uncertain)) sides_[id] = std::move(sides);
    }
    for (const auto& [fold, list] : sums) {
      for (NodeId sum : list) {
        const auto sides = sides_.find(sum);
        if (sides != sides_.end()) sides->second.resize(sides->second.size() - depths.at(fold));
      }
    }
    // Each round takes what does not hang on another that is taken.
    std::vector<NodeId> folds;
    const std::vector<NodeId> extents = extents_of_types(g_, live);
    for (const auto& [fold, list] : sums) {
      // What counts how long arrays are stays as it is.
      if (std::ranges::binary_search(extents, fold)) continue;
      const bool apart = std::ranges::none_of(folds, [&](NodeId other) {
        return depends_on(g_, fold, other) || depends_on(g_, other, fold);
      });
      if (apart) folds.push_back(fold);
    }
    if (folds.empty()) return false;
    std::unordered_map<NodeId, NodeId> joined;    // sums, to Finals
    std::unordered_map<NodeId, NodeId> extended;  // Folds
    for (NodeId fold : folds) join(fold, sums.at(fold), joined, extended);
    replace_all(live, joined, extended);
    return true;
  }

 private:
  /// The Fold that a sum's body asks for only by Trace at the trip of the sum's own index; kNoNode
  /// where there is none, or the sum needs it otherwise, too.
  NodeId fold_of(NodeId reduce) {
    const Range range = g_.range_of(reduce);
    if (!g_.is_constant(range.step)) return kNoNode;
    const NodeId index = g_.bound(g_[reduce].level, 0, scalar_type(Element::Index));
    const NodeId trip = trip_at(g_, range, index);
    std::map<NodeId, bool> folds;  // whether all uses are of that kind
    const NodeId body = g_.operand(reduce, 4);
    const NodeId roots[] = {body};
    // Loops inside that do not hang on this one may bind its level again: they are not entered.
    for (NodeId id : reachable_at(g_, roots, g_[reduce].level)) {
      for (NodeId o : g_.operands(id)) {
        if (g_.op(o) != Op::Trace) continue;
        const NodeId fold = g_.operand(o, 0);
        const bool here =
            g_.op(id) == Op::At && g_.operand(id, 0) == o && g_.operand(id, 1) == trip;
        const auto [entry, made] = folds.try_emplace(fold, here);
        if (!made) entry->second = entry->second && here;
      }
    }
    for (const auto& [fold, only_here] : folds) {
      const Range own = g_.range_of(fold);
      const bool same = own.begin == range.begin && own.end == range.end && own.step == range.step;
      if (!only_here || !same || scope_of(g_, fold) != scope_of(g_, reduce)) continue;
      if (!is_there_in_all(reduce, fold)) continue;
      // With the traced values in its place the sum must not need the Fold any more.
      const NodeId in_fold = inside(reduce, fold);
      if (depends_on(g_, in_fold, fold) || depends_on(g_, g_.operand(reduce, 3), fold)) continue;
      return fold;
    }
    return kNoNode;
  }

  /// Whether what a sum mentions is there wherever the Fold stands: in another body it may not be,
  /// unless all of them are sums over the same trips, which have nothing but an index.
  bool is_there_in_all(NodeId reduce, NodeId fold) {
    const std::vector<NodeId>& all = bodies_[fold];
    if (all == bodies_[reduce]) return true;
    if (!std::ranges::includes(all, bodies_[reduce])) return false;
    return std::ranges::all_of(all, [&](NodeId loop) {
      return g_.op(loop) == Op::Reduce && g_[loop].level == g_[all[0]].level &&
             is_same_range(g_.range_of(loop), g_.range_of(all[0]));
    });
  }

  /// Whether what a loop's body computes, and only it may need, reads what may not be there, or
  /// divides by what may be zero. The traced loop runs in any case.
  bool may_fail(std::span<const NodeId> body, NodeId fold,
                const std::unordered_set<NodeId>& uncertain) const {
    std::unordered_set<NodeId> seen{fold};
    std::vector<NodeId> stack(body.begin(), body.end());
    while (!stack.empty()) {
      const NodeId id = stack.back();
      stack.pop_back();
      if (!seen.insert(id).second) continue;
      if (uncertain.contains(id) || divides_by_unknown(g_, id)) return true;
      if (g_.op(id) == Op::Trace && g_.operand(id, 0) == fold) continue;
      const auto operands = g_.operands(id);
      stack.insert(stack.end(), operands.begin(), operands.end());
    }
    return false;
  }

  /// What a trip of the Fold adds to the sum: where only sides of choices ask for the sum, and the
  /// Fold runs without them, nothing without them.
  NodeId term(NodeId sum, NodeId fold) {
    NodeId body = inside(sum, fold);
    const auto sides = sides_.find(sum);
    if (sides == sides_.end()) return body;
    for (const Regions::Side& side : sides->second) {
      const NodeId zero = g_.zeros(g_[body].type);
      body = side.holds ? g_.choose(side.condition, body, zero)
                        : g_.choose(side.condition, zero, body);
    }
    return body;
  }

  /// The sum's body as a node of the Fold's body.
  NodeId inside(NodeId reduce, NodeId fold) {
    const int level = g_[fold].level;
    NodeId body = relevel_named(f_, g_.operand(reduce, 4), g_[reduce].level, level);
    const NodeId index = g_.bound(level, 0, scalar_type(Element::Index));
    const NodeId trip = trip_at(g_, g_.range_of(fold), index);
    const NodeId roots[] = {body};
    std::unordered_map<NodeId, NodeId> now;
    const auto after = [&](NodeId id) {
      const auto found = now.find(id);
      return found == now.end() ? id : found->second;
    };
    for (NodeId id : reachable_at(g_, roots, level)) {
      const auto view = g_.operands(id);
      std::vector<NodeId> operands(view.begin(), view.end());
      const bool traced = g_.op(id) == Op::At && g_.op(operands[0]) == Op::Trace &&
                          g_.operand(operands[0], 0) == fold && operands[1] == trip;
      if (traced) {
        const NodeId value = g_.operand(operands[0], 1);
        const std::vector<NodeId> rest(operands.begin() + 2, operands.end());
        now[id] = rest.empty() ? value : g_.at(value, rest);
        continue;
      }
      for (NodeId& o : operands) o = after(o);
      now[id] = operands.empty() ? id : rebuilt(g_, id, operands);
      if (now[id] != id && !g_.is_constant(now[id])) f_.provenance.carry(id, now[id]);
    }
    return after(body);
  }

  void join(NodeId fold, const std::vector<NodeId>& sums,
            std::unordered_map<NodeId, NodeId>& joined,
            std::unordered_map<NodeId, NodeId>& extended) {
    const FoldParts view = g_.fold_parts(fold);
    const int level = view.level;
    const Range range = view.range;
    std::vector<NodeId> inits(view.inits.begin(), view.inits.end());
    std::vector<NodeId> nexts(view.nexts.begin(), view.nexts.end());
    const std::size_t own = inits.size();
    for (NodeId sum : sums) {
      const NodeId body = term(sum, fold);
      const NodeId init = g_.operand(sum, 3);
      const NodeId state = loop_state(g_, level, inits.size(), g_[init].type);
      inits.push_back(init);
      nexts.push_back(add_values(g_, state, body));
    }
    const NodeId made = g_.fold(level, range, inits, nexts);
    extended[fold] = made;
    for (std::size_t k = 0; k < sums.size(); ++k) {
      joined[sums[k]] = g_.final_state(made, static_cast<int>(own + k));
      f_.provenance.carry(sums[k], joined[sums[k]]);
    }
  }

  void replace_all(const std::vector<NodeId>& live,
                   const std::unordered_map<NodeId, NodeId>& joined,
                   const std::unordered_map<NodeId, NodeId>& extended) {
    std::vector<NodeId> now(g_.size(), kNoNode);
    for (NodeId id : extents_of_types(g_, live)) now[id] = id;
    for (NodeId id : live) {
      if (now[id] != kNoNode) continue;
      const auto found = joined.find(id);
      const auto fold = extended.find(id);
      if (found != joined.end() || fold != extended.end()) {
        now[id] = found != joined.end() ? found->second : fold->second;
        continue;
      }
      const auto view = g_.operands(id);
      std::vector<NodeId> operands(view.begin(), view.end());
      for (NodeId& o : operands) o = now[o];
      now[id] = rebuilt(g_, id, operands);
    }
    rename(f_, live, [&](NodeId id) { return now[id]; });
  }

  Function& f_;
  Graph& g_;
  std::unordered_map<NodeId, std::vector<NodeId>> bodies_;
  /// Of sums that may fail: the sides that ask for them, inside of those around the Fold.
  std::unordered_map<NodeId, std::vector<Regions::Side>> sides_;
};

}  // namespace

Function join_traces(Function f) {
  while (Joiner(f).run()) {
  }
  return f;
}

}  // namespace gradsmith
