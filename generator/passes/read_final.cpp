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
  rebuild(f, [&](NodeId id, NodeId fresh) {
    while (const auto before = at_assignment(g, fresh)) fresh = *before;
    if (g.op(fresh) != Op::At || !g.is_scalar(fresh)) return fresh;
    std::vector<NodeId> indices;
    const NodeId trace = array_under(g, fresh, indices);
    if (g.op(trace) != Op::Trace || indices.size() < 2) return fresh;
    const NodeId fold = g.operand(trace, 0);
    const NodeId state = g.operand(trace, 1);
    const FoldParts loop = g.fold_parts(fold);
    if (g.op(state) != Op::Bound || g[state].level != loop.level || g.slot(state) == 0) {
      return fresh;
    }
    if (!g.is_constant(loop.range.step)) return fresh;
    const auto k = static_cast<std::size_t>(g.slot(state)) - 1;
    const std::span<const NodeId> element = std::span(indices).subspan(1);
    const Polynomial index = index_in(polynomials, g, loop.range, indices[0]);
    if (apart.is_unwritten(loop, k, index, TripsApart::When::Before, id, element)) {
      return g.at(loop.inits[k], element);
    }
    if (!apart.is_unwritten(loop, k, index, TripsApart::When::From, id, element)) return fresh;
    return g.at(g.final_state(fold, static_cast<int>(k)), element);
  });
  return f;
}

}  // namespace gradsmith
