#include "passes/element_loop.hpp"

#include <algorithm>

namespace gradsmith {
namespace {

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
    if (index == kNoNode) return false;
    const auto step = p.difference(index).constant();
    return step && step->numerator != 0;
  } catch (const PolynomialTooLarge&) {
    return false;
  }
}

/// A place of a state that a node of the trip touches.
struct Touched {
  NodeId array = kNoNode;
  ElementLoop::Place place;
};

}  // namespace

bool in_other_rows(const Graph& g, Polynomials& polynomials, const ElementLoop::Place& a,
                   const ElementLoop::Place& b, int level) {
  try {
    for (std::size_t d = 0; d < std::min(a.size(), b.size()); ++d) {
      if ((g.free(a[d]) | g.free(b[d])) & Graph::bit(level)) continue;
      const auto apart = (polynomials.of(a[d]) - polynomials.of(b[d])).constant();
      if (apart && apart->numerator != 0) return true;
    }
  } catch (const PolynomialTooLarge&) {
  }
  return false;
}

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
                   std::vector<bool>(parts.nexts.size()),
                   computed_in(g, parts.nexts, parts.level)};
  for (std::size_t k = 0; k < loop.nexts.size(); ++k) {
    const NodeId next = loop.nexts[k];
    if (g.is_scalar(next) || g.op(loop.inits[k]) == Op::At) return {};
    const NodeId state = is_assignment(g, next) ? g.operand(next, 3) : next;
    if (state_number(g, state, loop.level) != k) return {};
  }
  std::vector<Touched> reads;
  for (NodeId id : loop.trip) {
    if (is_assignment(g, id)) {
      const auto next = std::ranges::find(loop.nexts, id);
      if (next == loop.nexts.end()) return {};
      const auto place = g.operands(id).subspan(5);
      loop.places[static_cast<std::size_t>(next - loop.nexts.begin())].assign(place.begin(),
                                                                              place.end());
    } else if (g.op(id) == Op::Fold) {
      // What a loop inside adds up is as good as any number.
      const FoldParts inner = g.fold_parts(id);
      if (std::ranges::any_of(inner.inits, [&](NodeId o) { return !g.is_scalar(o); })) return {};
    } else if (is_binder(g.op(id)) || !g.is_scalar(id)) {
      if (g.op(id) != Op::Bound) return {};
    } else if (g.op(id) == Op::At) {
      Touched read;
      read.array = array_under(g, id, read.place);
      if (g.free(read.array) & Graph::bit(loop.level)) reads.push_back(std::move(read));
    }
  }
  for (const Touched& read : reads) {
    const auto state = state_number(g, read.array, loop.level);
    if (!state) return {};
    ElementLoop::Place& known = loop.places[*state];
    if (known.empty()) known = read.place;
    if (known == read.place) continue;
    if (!in_other_rows(g, polynomials, known, read.place, loop.level)) return {};
    loop.reads_apart[*state] = true;
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
