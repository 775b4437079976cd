#include "passes/read_final.hpp"

#include <algorithm>

#include "ir/arrays.hpp"
#include "passes/array_laws.hpp"
#include "passes/rebuild.hpp"
#include "passes/trips_apart.hpp"

namespace gradsmith {
namespace {

/// The index of a loop in the trip of that number.
Polynomial index_in(Polynomials& polynomials, const Graph& g, const Range& range, NodeId trip) {
  const Polynomial step(g.index_value(range.step));
  return polynomials.of(range.begin) + polynomials.of(trip) * step;
}

}  // namespace

Function read_final(Function f) {
  Graph& g = f.graph;
  TripsApart apart(g, reachable(g, roots_of(f)));
  Polynomials polynomials(g);
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
    if (g.op(trace) != Op::Trace || indices.size() < 2) return {};
    const NodeId fold = g.operand(trace, 0);
    const NodeId state = g.operand(trace, 1);
    const FoldParts loop = g.fold_parts(fold);
    if (g.op(state) != Op::Bound || g[state].level != loop.level || g.slot(state) == 0) return {};
    if (!g.is_constant(loop.range.step)) return {};
    const auto k = static_cast<std::size_t>(g.slot(state)) - 1;
    const std::span<const NodeId> element = std::span(indices).subspan(1);
    const Polynomial index = index_in(polynomials, g, loop.range, indices[0]);
    if (apart.is_unwritten(loop, k, index, TripsApart::When::Before, reader, element)) {
      return g.at(loop.inits[k], element);
    }
    if (!apart.is_unwritten(loop, k, index, TripsApart::When::From, reader, element)) return {};
    return g.at(g.final_state(fold, static_cast<int>(k)), element);
  };
  rebuild(f, [&](NodeId id, NodeId fresh) {
    while (const auto found = earlier(id, fresh)) fresh = *found;
    return fresh;
  });
  return f;
}

}  // namespace gradsmith
