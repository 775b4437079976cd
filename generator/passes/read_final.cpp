#include "passes/read_final.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "ir/arrays.hpp"
#include "ir/substitute.hpp"
#include "passes/array_laws.hpp"
#include "passes/flat_elements.hpp"
#include "passes/loop_paths.hpp"
#include "passes/loop_states.hpp"
#include "passes/rebuild.hpp"
#include "passes/trips_apart.hpp"

namespace gradsmith {
namespace {

/// The index of a loop in the trip of that number.
Polynomial index_in(Polynomials& polynomials, const Graph& g, const Range& range, NodeId trip) {
  const Polynomial step(g.index_value(range.step));
  return polynomials.of(range.begin) + polynomials.of(trip) * step;
}

/// The loop of which an array is the k-th state after one of its trips, as another loop has it:
/// what the way back has made again from what the state was before that trip.
struct AfterTrip {
  std::size_t k = 0;
  NodeId index = kNoNode;  // of the loop in that trip, as the reader has it
};

std::optional<AfterTrip> after_trip(Graph& g, FlatElements& flat, NodeId array) {
  std::vector<NodeId> trips;
  const NodeId trace = array_under(g, first_version(g, array), trips);
  if (g.op(trace) != Op::Trace || trips.size() != 1) return {};
  const NodeId fold = g.operand(trace, 0);
  const NodeId state = g.operand(trace, 1);
  const int level = g[fold].level;
  const auto number = state_number(g, state, level);
  if (!number) return {};
  AfterTrip found{*number, kNoNode};
  const Range range = g.fold_parts(fold).range;
  for (NodeId id : reachable(g, trips)) {
    const bool index = g.op(id) == Op::Bound && g.slot(id) == 0;
    if (index && trip_at(g, range, id) == trips[0]) found.index = id;
  }
  if (found.index == kNoNode) return {};
  const std::vector<NodeId> values = values_in_trip(g, fold, found.index, trips[0]);
  const NodeId next = substitute(g, g.fold_parts(fold).nexts[found.k], level, values);
  return flat.of(next) == flat.of(array) ? std::optional(found) : std::nullopt;
}

}  // namespace

Function read_final(Function f) {
  Graph& g = f.graph;
  const std::vector<NodeId> live = reachable(g, roots_of(f));
  TripsApart apart(g, live);
  const LoopPaths paths(g, live);
  std::set<std::pair<NodeId, std::size_t>>
      asked;  // Folds, and states that somebody wants at the end
  for (NodeId id : live) {
    if (g.op(id) == Op::Final) asked.emplace(g.operand(id, 0), g.slot(id));
  }
  Polynomials polynomials(g);
  // An element of a state that no trip before has written. Where the state itself is wanted it is
  // better read in its place.
  const auto at_start = [&](NodeId reader, NodeId state,
                            std::span<const NodeId> element) -> std::optional<NodeId> {
    const auto level = static_cast<std::size_t>(g[state].level);
    const auto k = static_cast<std::size_t>(g.slot(state)) - 1;
    NodeId fold = kNoNode;
    for (const std::vector<NodeId>& path : paths.to(reader)) {
      if (fold != kNoNode && fold != path[level - 1]) return {};
      fold = path[level - 1];
    }
    if (fold == kNoNode || asked.contains({fold, k})) return {};
    const FoldParts loop = g.fold_parts(fold);
    const NodeId index = g.bound(loop.level, 0, scalar_type(Element::Index));
    if (!apart.is_unwritten(loop, k, polynomials.of(index), TripsApart::When::Before, reader,
                            element)) {
      return {};
    }
    return g.at(g.fold_parts(fold).inits[k], element);
  };
  FlatElements flat(g);
  std::unordered_map<NodeId, NodeId> before;  // what Folds were, by what they are
  // An element that no later trip of the loop outside writes, of what its state is after a trip.
  const auto at_end = [&](NodeId reader, NodeId final,
                          std::span<const NodeId> element) -> std::optional<NodeId> {
    const auto known = before.find(g.operand(final, 0));
    if (known == before.end() || g.op(first_version(g, final)) != Op::At) return {};
    const auto after = after_trip(g, flat, g.final_state(known->second, g.slot(final)));
    if (!after) return {};
    std::vector<NodeId> trips;
    const NodeId fold = g.operand(array_under(g, first_version(g, final), trips), 0);
    const FoldParts loop = g.fold_parts(fold);
    if (!g.is_constant(loop.range.step)) return {};
    const Polynomial next =
        polynomials.of(after->index) + Polynomial(g.index_value(loop.range.step));
    if (!apart.is_unwritten(loop, after->k, next, TripsApart::When::From, reader, element)) {
      return {};
    }
    return g.at(g.final_state(fold, static_cast<int>(after->k)), element);
  };
  // One step towards where an element that `reader` reads was written.
  const auto earlier = [&](NodeId reader, NodeId at) -> std::optional<NodeId> {
    if (g.op(at) != Op::At || !g.is_scalar(at)) return {};
    if (const auto known = at_assignment(g, at)) return known;
    const auto view = g.operands(at).subspan(1);
    const std::vector<NodeId> own(view.begin(), view.end());
    if (const NodeId write = g.operand(at, 0); is_assignment(g, write)) {
      if (!apart.is_elsewhere(reader, g.operands(write).subspan(5), own)) return {};
      return g.at(g.operand(write, 3), own);
    }
    std::vector<NodeId> indices;
    const NodeId trace = array_under(g, at, indices);
    if (g.op(trace) == Op::Bound && g.slot(trace) > 0) return at_start(reader, trace, indices);
    if (g.op(trace) == Op::Final) return at_end(reader, trace, indices);
    if (g.op(trace) != Op::Trace || indices.size() < 2) return {};
    const NodeId fold = g.operand(trace, 0);
    const NodeId state = g.operand(trace, 1);
    const FoldParts loop = g.fold_parts(fold);
    const auto number = state_number(g, state, loop.level);
    if (!number || !g.is_constant(loop.range.step)) return {};
    const std::size_t k = *number;
    const std::span<const NodeId> element = std::span(indices).subspan(1);
    const Polynomial index = index_in(polynomials, g, loop.range, indices[0]);
    if (apart.is_unwritten(loop, k, index, TripsApart::When::Before, reader, element)) {
      return g.at(loop.inits[k], element);
    }
    if (!apart.is_unwritten(loop, k, index, TripsApart::When::From, reader, element)) return {};
    return g.at(g.final_state(fold, static_cast<int>(k)), element);
  };
  rebuild(f, [&](NodeId id, NodeId fresh) {
    if (g.op(id) == Op::Fold) before[fresh] = id;
    while (const auto found = earlier(id, fresh)) fresh = *found;
    return fresh;
  });
  return f;
}

}  // namespace gradsmith
