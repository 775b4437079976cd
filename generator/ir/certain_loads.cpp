#include "ir/certain_loads.hpp"

#include <algorithm>
#include <optional>
#include <span>

#include "ir/arrays.hpp"
#include "ir/regions.hpp"
#include "ir/substitute.hpp"
#include "ir/within_bounds.hpp"

namespace gradsmith {
namespace {

class Finder {
 public:
  Finder(const Function& f, const Graph& graph, std::span<const NodeId> roots,
         std::span<const NodeId> live)
      : g_(graph), bounds_(f, graph), regions_(graph, roots, live) {
    for (NodeId id : live) {
      if (g_.op(id) == Op::Fold) loops_.push_back(id);
    }
  }

  /// Recursion follows the nesting of loops only.
  void scope(const std::vector<NodeId>& nodes, int level, const LoopNest* nest) {
    for (NodeId id : nodes) {
      if (scope_of(g_, id) != level) continue;
      if (g_.op(id) == Op::At && g_.is_scalar(id)) judge(id, nest);
      if (is_assignment(g_, id) && !bounds_.is_inside(id, nest)) {
        found_.uncertain_assignments.insert(id);
      }
      if (!is_binder(g_.op(id)) || is_assignment(g_, id)) continue;
      const int inside = g_[id].level;
      const std::vector<NodeId> body =
          reachable_at(g_, g_.operands(id).subspan(g_.outside_operands(id)), inside);
      const auto index = std::ranges::find_if(body, [&](NodeId b) {
        return g_.op(b) == Op::Bound && g_[b].level == inside && g_.slot(b) == 0;
      });
      LoopNest inner = nest ? *nest : LoopNest();
      // Of a Map or a Trace no bounds are known here.
      const bool ranged = g_.op(id) != Op::Map && g_.op(id) != Op::Trace;
      const bool known =
          nest && ranged &&
          bounds_.enter(inner, inside, index == body.end() ? kNoNode : *index, g_.range_of(id));
      scope(body, inside, known ? &inner : nullptr);
    }
  }

  LoadCertainty found() {
    std::erase_if(found_.where, [](const auto& entry) { return entry.second == kNoNode; });
    for (const auto& [at, certain] : own_) {
      (certain ? found_.own : found_.uncertain).insert(at);
    }
    return std::move(found_);
  }

 private:
  /// Equal nodes are one, so several bodies may have the element, and what is said of it must hold
  /// in all of them.
  void judge(NodeId at, const LoopNest* nest) {
    std::vector<NodeId> indices;
    const bool certain = bounds_.is_inside(at, nest);
    if (g_.op(array_under(g_, at, indices)) == Op::Input) {
      if (certain) return;
      found_.uncertain.insert(at);
      NodeId condition = nest ? found_where(at, *nest) : kNoNode;
      if (condition == kNoNode) condition = read_where_it_runs(at);
      const auto [known, first] = found_.where.try_emplace(at, condition);
      if (!first && known->second != condition) known->second = kNoNode;
    } else {
      const auto known = own_.try_emplace(at, certain).first;
      known->second = known->second && certain;
    }
  }

  /// The condition on which an element is there because a loop has found its place, where it is
  /// only read on that condition; else kNoNode.
  NodeId found_where(NodeId at, const LoopNest& nest) {
    constexpr int kLevel = 63;  // of no loop
    for (const Regions::Side& side : regions_.around(at)) {
      if (!side.holds || g_.op(side.condition) != Op::Ge) continue;
      const auto o = g_.operands(side.condition);
      const std::optional<Range> places = g_.is_constant(o[1], 0) ? places_of(o[0]) : std::nullopt;
      LoopNest found = nest;
      if (!places || !bounds_.enter(found, kLevel, o[0], *places)) continue;
      if (bounds_.is_inside(at, &found)) return side.condition;
    }
    return kNoNode;
  }

  /// The condition that a loop makes a trip, where an element is only read on that condition and
  /// each trip reads it; else kNoNode.
  NodeId read_where_it_runs(NodeId at) {
    for (const Regions::Side& side : regions_.around(at)) {
      if (!side.holds) continue;
      for (NodeId loop : loops_) {
        if (scope_of(g_, loop) != scope_of(g_, at) || !regions_.around(loop).empty()) continue;
        const bool same = says_a_trip_is_made(g_, side.condition, g_.range_of(loop));
        if (same && needed_by_each_trip(g_, loop, side.condition).contains(at)) {
          return side.condition;
        }
      }
    }
    return kNoNode;
  }

  /// What a place that a loop has found, -1 for none, can be where it is one.
  std::optional<Range> places_of(NodeId place) const {
    if (g_.op(place) != Op::Final) return {};
    const FoldParts parts = g_.fold_parts(g_.operand(place, 0));
    const auto k = static_cast<std::size_t>(g_.slot(place));
    if (!g_.is_constant(parts.inits[k], -1)) return {};
    const NodeId next = parts.nexts[k];
    if (g_.op(next) != Op::If) return {};
    const NodeId found = g_.operand(next, 1);
    const bool is_index =
        g_.op(found) == Op::Bound && g_[found].level == parts.level && g_.slot(found) == 0;
    const bool replaces = is_index && is_state(g_, g_.operand(next, 2), parts.level, k);
    return replaces ? std::optional<Range>(parts.range) : std::nullopt;
  }

  const Graph& g_;
  WithinBounds bounds_;
  Regions regions_;
  std::vector<NodeId> loops_;
  LoadCertainty found_;                   // `where` with kNoNode for those without a condition
  std::unordered_map<NodeId, bool> own_;  // of the function's own arrays: whether it is certain
};

}  // namespace

LoadCertainty certainty_of_loads(const Function& f, const Graph& graph,
                                 const std::vector<NodeId>& roots) {
  const std::vector<NodeId> live = reachable(graph, roots);
  const bool loops = std::ranges::any_of(live, [&](NodeId id) { return is_binder(graph.op(id)); });
  if (!loops) return {};
  Finder finder(f, graph, roots, live);
  const LoopNest none;
  finder.scope(live, 0, &none);
  return finder.found();
}

std::unordered_set<NodeId> nodes_that_may_fail(const Function& f, const Graph& graph,
                                               const std::vector<NodeId>& roots) {
  LoadCertainty certainty = certainty_of_loads(f, graph, roots);
  std::unordered_set<NodeId> failing = std::move(certainty.uncertain);
  failing.merge(certainty.uncertain_assignments);
  for (NodeId id : reachable(graph, roots)) {
    if (divides_by_unknown(graph, id)) failing.insert(id);
  }
  return failing;
}

bool may_fail(const Graph& graph, NodeId loop, const std::unordered_set<NodeId>& failing) {
  const int scope = scope_of(graph, loop);
  return std::ranges::any_of(reachable(graph, std::span(&loop, 1)), [&](NodeId id) {
    return scope_of(graph, id) >= scope && failing.contains(id);
  });
}

}  // namespace gradsmith
