#include "passes/element_loop.hpp"

#include <algorithm>

namespace gradsmith {
namespace {

/// The state that a Bound of the loop's level stands for, from 0; none for other nodes.
std::optional<std::size_t> state_number(const Graph& g, NodeId id, int level) {
  if (g.op(id) != Op::Bound || g[id].level != level || g.slot(id) == 0) return {};
  return static_cast<std::size_t>(g.slot(id)) - 1;
}

/// Whether a subscript is another number in every trip.
bool differs_by_trip(const Graph& g, Polynomials& polynomials, NodeId subscript, int level) {
  try {
    const Polynomial& p = polynomials.of(subscript);
    NodeId index = kNoNode;
    for (NodeId u : p.unknowns()) {
      if (!(g.free(u) & Graph::bit(level))) continue;
      if (g.op(u) != Op::Bound) return false;
      index = u;
    }
    const auto step = p.difference(index).constant();
    return index != kNoNode && step && step->numerator != 0;
  } catch (const PolynomialTooLarge&) {
    return false;
  }
}

}  // namespace

NodeId ElementLoop::element_after(Graph& g, std::size_t state) const {
  const NodeId next = nexts[state];
  return is_assignment(g, next) ? g.operand(next, 4) : g.at(next, places[state]);
}

std::optional<ElementLoop> as_element_loop(const Graph& g, Polynomials& polynomials, NodeId fold) {
  const FoldParts parts = g.fold_parts(fold);
  ElementLoop loop{fold,
                   parts.level,
                   parts.range,
                   {parts.inits.begin(), parts.inits.end()},
                   {parts.nexts.begin(), parts.nexts.end()},
                   std::vector<ElementLoop::Place>(parts.nexts.size()),
                   computed_in(g, parts.nexts, parts.level)};
  for (std::size_t k = 0; k < loop.nexts.size(); ++k) {
    const NodeId next = loop.nexts[k];
    if (g.is_scalar(next) || g.op(loop.inits[k]) == Op::At) return {};
    const NodeId state = is_assignment(g, next) ? g.operand(next, 3) : next;
    if (state_number(g, state, loop.level) != k) return {};
  }
  for (NodeId id : loop.trip) {
    ElementLoop::Place place;
    NodeId array = kNoNode;
    if (is_assignment(g, id)) {
      if (std::ranges::find(loop.nexts, id) == loop.nexts.end()) return {};
      array = g.operand(id, 3);
      place.assign(g.operands(id).begin() + 5, g.operands(id).end());
    } else if (is_binder(g.op(id)) || !g.is_scalar(id)) {
      if (g.op(id) == Op::Bound) continue;
      return {};
    } else if (g.op(id) == Op::At) {
      array = array_under(g, id, place);
      if (!(g.free(array) & Graph::bit(loop.level))) continue;
    } else {
      continue;
    }
    const auto state = state_number(g, array, loop.level);
    if (!state || place.empty()) return {};
    ElementLoop::Place& known = loop.places[*state];
    if (known.empty()) known = place;
    if (known != place) return {};
  }
  for (const ElementLoop::Place& place : loop.places) {
    const bool apart = place.empty() || std::ranges::any_of(place, [&](NodeId subscript) {
                         return differs_by_trip(g, polynomials, subscript, loop.level);
                       });
    if (!apart) return {};
  }
  return loop;
}

}  // namespace gradsmith
