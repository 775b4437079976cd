#include "passes/guard_trips.hpp"

#include <algorithm>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/certain_loads.hpp"
#include "ir/polynomial.hpp"
#include "ir/regions.hpp"
#include "ir/substitute.hpp"
#include "passes/loop_paths.hpp"
#include "passes/read_where.hpp"
#include "passes/rebuild.hpp"
#include "passes/unroll_inner.hpp"

namespace gradsmith {
namespace {

NodeId over_range(Graph& g, NodeId fold, const Range& range) {
  const auto view = g.operands(fold);
  std::vector<NodeId> operands(view.begin(), view.end());
  operands[0] = range.begin;
  operands[1] = range.end;
  return g.with_operands(fold, operands);
}

template <typename IsOne>
std::vector<NodeId> loops_of(const Graph& g, const std::vector<NodeId>& live, const IsOne& is_one) {
  std::vector<NodeId> found;
  for (NodeId id : live) {
    if (g.op(id) == Op::Fold && is_one(id)) found.push_back(id);
  }
  return found;
}

/// Whether a loop is one that the author wrote inside another one, and that may become one before
/// it. Those of few trips are unrolled.
bool may_be_moved(Function& f, NodeId fold) {
  Graph& g = f.graph;
  const Range range = g.range_of(fold);
  if (!g.is_constant(range.step)) return false;
  const bool known = g.is_constant(range.begin) && g.is_constant(range.end);
  if (known && g.index_value(trip_count(g, range)) <= kMostUnrolledTrips) return false;
  return std::ranges::find(f.outermost_loops, fold) == f.outermost_loops.end();
}

std::vector<NodeId> choices_in_range(const Graph& g, NodeId loop) {
  const Range range = g.range_of(loop);
  const NodeId ends[] = {range.begin, range.end};
  std::vector<NodeId> found = reachable(g, ends);
  std::erase_if(found, [&](NodeId id) { return g.op(id) != Op::If; });
  return found;
}

class TripGuard {
 public:
  TripGuard(Function& f, const std::vector<NodeId>& live)
      : f_(f),
        g_(f.graph),
        roots_(roots_of(f)),
        regions_(g_, roots_, live),
        read_(g_, regions_, live, roots_, ReadWhere::Others::OnSides),
        fails_(g_.size(), false) {
    const std::unordered_set<NodeId> failing = nodes_that_may_fail(f_, g_, roots_);
    for (NodeId id : live) {
      fails_[id] = failing.contains(id) || any_fails(g_.operands(id));
    }
  }

  void run(const std::vector<NodeId>& loops) {
    for (NodeId id : loops) {
      if (!any_fails(g_.fold_parts(id).nexts)) continue;
      const NodeId condition = asked_where(id);
      if (condition != kNoNode) guards_[id] = condition;
    }
    if (guards_.empty()) return;
    // The conditions speak of ranges as they are: a loop that is guarded itself runs where its
    // guard holds, too, so those of others inside it follow from the guards of both.
    rebuild(f_, [&](NodeId id, NodeId fresh) {
      const auto guard = guards_.find(id);
      if (guard == guards_.end() || g_.op(fresh) != Op::Fold) return fresh;
      Range range = g_.range_of(fresh);
      range.end = g_.choose(guard->second, range.end, range.begin);
      name_index(g_.range_of(id), range);
      return over_range(g_, fresh, range);
    });
  }

 private:
  /// The condition without which the author's loop does not run, where a loop that comes before
  /// others around it would; else kNoNode.
  NodeId asked_where(NodeId fold) {
    const int mentioned = deepest_mentioned(fold);
    const bool stays = scope_of(g_, fold) > mentioned;
    if (stays && !is_reduction(fold)) return kNoNode;
    NodeId condition = read_.of_loop(fold, mentioned);
    if (condition != kNoNode && says_a_trip_is_made(g_, condition, g_.range_of(fold))) {
      condition = kNoNode;
    }
    // One that begins with what the loop around it holds stands in it for sure.
    if (stays) {
      for (const Regions::Side& side : regions_.around(fold)) condition = both(side, condition);
    }
    return condition;
  }

  /// The innermost level around a loop that its trips speak of.
  int deepest_mentioned(NodeId fold) const {
    const FoldParts parts = g_.fold_parts(fold);
    std::uint64_t mentioned = g_.free(parts.range.begin) | g_.free(parts.range.end);
    for (NodeId next : parts.nexts) mentioned |= g_.free(next);
    return Graph::level_above(mentioned & ~Graph::bit(parts.level)) - 1;
  }

  /// Whether a loop adds up, or the like, what need not depend on where it begins: that can be
  /// computed before the loop around it.
  bool is_reduction(NodeId fold) const {
    const FoldParts parts = g_.fold_parts(fold);
    for (std::size_t k = 0; k < parts.nexts.size(); ++k) {
      if (is_state(g_, parts.nexts[k], parts.level, k)) continue;
      for (const Op op : {Op::Add, Op::Mul, Op::Max, Op::Min}) {
        if (goes_on_by(op, parts.nexts[k], parts.level, k)) return true;
      }
    }
    return false;
  }

  /// Whether a state goes into what follows it by one operator alone, or stays, as conditions say.
  /// Recursion follows the nesting of loops.
  bool goes_on_by(Op op, NodeId next, int level, std::size_t state) const {
    std::vector<NodeId> stack{next};
    std::unordered_set<NodeId> seen;
    while (!stack.empty()) {
      const NodeId id = stack.back();
      stack.pop_back();
      if (is_state(g_, id, level, state)) return true;
      if (!seen.insert(id).second) continue;
      const auto o = g_.operands(id);
      const bool is_difference = op == Op::Add && g_.op(id) == Op::Sub;
      if (g_.op(id) == Op::If) {
        stack.insert(stack.end(), o.begin() + 1, o.end());
      } else if (g_.op(id) == op || is_difference) {
        stack.insert(stack.end(), o.begin(), o.end());
      } else if (g_.op(id) == Op::Final) {
        // A loop inside goes on likewise.
        const FoldParts inner = g_.fold_parts(o[0]);
        const auto k = static_cast<std::size_t>(g_.slot(id));
        if (goes_on_by(op, inner.nexts[k], inner.level, k)) stack.push_back(inner.inits[k]);
      }
    }
    return false;
  }

  bool any_fails(std::span<const NodeId> nodes) const {
    return std::ranges::any_of(nodes, [&](NodeId id) { return fails_[id]; });
  }

  /// Whether a side of a condition is taken and, where it is, something else holds.
  NodeId both(const Regions::Side& side, NodeId inside) {
    const NodeId taken = holding_on(g_, side);
    return inside == kNoNode ? taken : g_.choose(taken, inside, g_.boolean(false));
  }

  void name_index(const Range& old, const Range& fresh) {
    const std::vector<IndexName> names = f_.index_names;
    for (const IndexName& n : names) {
      if (is_same_range(n.range, old)) f_.index_names.push_back({fresh, n.name});
    }
  }

  Function& f_;
  Graph& g_;
  std::vector<NodeId> roots_;
  Regions regions_;
  ReadWhere read_;
  std::vector<bool> fails_;                    // by node: it, or what it is made of, may fail
  std::unordered_map<NodeId, NodeId> guards_;  // by loop
};

class TripRelease {
 public:
  TripRelease(Function& f, const std::vector<NodeId>& live)
      : f_(f),
        g_(f.graph),
        regions_(g_, roots_of(f), live),
        bodies_(bodies_with(g_, live)),
        polynomials_(g_) {}

  void run(const std::vector<NodeId>& loops) {
    std::unordered_map<NodeId, std::vector<NodeId>> released;  // choices in ranges, by loop
    for (NodeId id : loops) {
      std::vector<NodeId> choices = choices_in_range(g_, id);
      std::erase_if(choices, [&](NodeId c) { return !holds_at(id, g_.operand(c, 0)); });
      if (!choices.empty()) released[id] = std::move(choices);
    }
    if (released.empty()) return;
    rebuild(f_, [&](NodeId id, NodeId fresh) {
      const auto choices = released.find(id);
      if (choices == released.end() || g_.op(fresh) != Op::Fold) return fresh;
      std::vector<NodeId> instead;
      for (NodeId c : choices->second) instead.push_back(g_.operand(c, 1));
      Range range = g_.range_of(fresh);
      range.begin = replace(g_, range.begin, choices->second, instead);
      range.end = replace(g_, range.end, choices->second, instead);
      return over_range(g_, fresh, range);
    });
  }

 private:
  /// Whether a condition holds wherever a loop runs, in all bodies that have it.
  bool holds_at(NodeId loop, NodeId condition) {
    const bool is_guard = g_.op(condition) == Op::If && g_.is_constant(g_.operand(condition, 2), 0);
    if (is_guard || g_.op(condition) == Op::And) {
      return holds_at(loop, g_.operand(condition, 0)) && holds_at(loop, g_.operand(condition, 1));
    }
    const bool is_around = std::ranges::any_of(regions_.around(loop), [&](const auto& side) {
      return side.holds && side.condition == condition;
    });
    if (is_around) return true;
    const auto bodies = bodies_.find(loop);
    return bodies != bodies_.end() && std::ranges::all_of(bodies->second, [&](NodeId outer) {
             return implied_by_trip(outer, condition) || holds_at(outer, condition);
           });
  }

  /// Whether a condition says that a loop makes a trip, in whichever direction.
  bool implied_by_trip(NodeId loop, NodeId condition) {
    if (g_.op(condition) != Op::Gt || g_.op(loop) == Op::Map) return false;
    if (g_.element(g_.operand(condition, 0)) != Element::Index) return false;
    const NodeId trip = makes_a_trip(g_, g_.range_of(loop));
    return trip == condition || (g_.op(trip) == Op::Gt && margin(trip) == margin(condition));
  }

  /// What is above zero where a comparison holds.
  Polynomial margin(NodeId comparison) {
    return polynomials_.of(g_.operand(comparison, 0)) - polynomials_.of(g_.operand(comparison, 1));
  }

  Function& f_;
  Graph& g_;
  Regions regions_;
  std::unordered_map<NodeId, std::vector<NodeId>> bodies_;
  Polynomials polynomials_;
};

}  // namespace

Function guard_trips(Function f) {
  const std::vector<NodeId> live = reachable(f.graph, roots_of(f));
  const std::vector<NodeId> loops =
      loops_of(f.graph, live, [&](NodeId fold) { return may_be_moved(f, fold); });
  if (!loops.empty()) TripGuard(f, live).run(loops);
  f.outermost_loops.clear();
  return f;
}

Function free_trips(Function f) {
  const std::vector<NodeId> live = reachable(f.graph, roots_of(f));
  const std::vector<NodeId> loops = loops_of(f.graph, live, [&](NodeId fold) {
    return scope_of(f.graph, fold) > 0 && !choices_in_range(f.graph, fold).empty();
  });
  if (!loops.empty()) TripRelease(f, live).run(loops);
  return f;
}

}  // namespace gradsmith
