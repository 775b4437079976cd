#include "passes/read_final.hpp"

#include <algorithm>

#include "ir/arrays.hpp"
#include "passes/array_laws.hpp"
#include "passes/rebuild.hpp"
#include "passes/written_rows.hpp"

namespace gradsmith {
namespace {

class FinalReader {
 public:
  explicit FinalReader(const Graph& g) : g_(g), polynomials_(g) {}

  /// Whether an element of a state is not written from a trip on.
  bool is_final(const FoldParts& loop, std::size_t k, NodeId trip, NodeId row) {
    return is_unwritten(loop, k, trip, row, Polynomial(), 1);
  }
  /// Whether it is not written before that trip.
  bool is_initial(const FoldParts& loop, std::size_t k, NodeId trip, NodeId row) {
    return is_unwritten(loop, k, trip, row, Polynomial(-1), -1);
  }

 private:
  /// In the trips `trip` + `first`, and on in the direction.
  bool is_unwritten(const FoldParts& loop, std::size_t k, NodeId trip, NodeId row,
                    const Polynomial& first, std::int64_t direction) {
    // Inner loops write whole ranges of rows, which are not followed. What sets one element in each
    // trip becomes no state at all (passes/raise_loops.hpp).
    const Rows written = rows_in(g_, loop, k, loop.level);
    if (!written || written->size() < 2 || !g_.is_constant(loop.range.step)) return false;
    try {
      const Polynomial other =
          polynomials_.of(trip) + first + Polynomial::unknown(kNoNode) * Polynomial(direction);
      const Polynomial index =
          polynomials_.of(loop.range.begin) + other * Polynomial(g_.index_value(loop.range.step));
      const NodeId own = index_of(loop);
      return std::ranges::all_of(*written, [&](NodeId place) {
        Polynomial apart = polynomials_.of(place);
        if (own != kNoNode) apart = apart.with(own, index);
        apart = apart - polynomials_.of(row);
        return is_never_zero(apart, kNoNode);
      });
    } catch (const PolynomialTooLarge&) {
      return false;
    }
  }

  NodeId index_of(const FoldParts& loop) const {
    for (NodeId id : reachable_at(g_, loop.nexts, loop.level)) {
      if (g_.op(id) == Op::Bound && g_[id].level == loop.level && g_.slot(id) == 0) return id;
    }
    return kNoNode;
  }

  const Graph& g_;
  Polynomials polynomials_;
};

}  // namespace

Function read_final(Function f) {
  Graph& g = f.graph;
  FinalReader reader(g);
  rebuild(f, [&](NodeId, NodeId fresh) {
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
    const auto k = static_cast<std::size_t>(g.slot(state)) - 1;
    const std::span<const NodeId> element = std::span(indices).subspan(1);
    if (reader.is_initial(loop, k, indices[0], indices[1])) return g.at(loop.inits[k], element);
    if (!reader.is_final(loop, k, indices[0], indices[1])) return fresh;
    return g.at(g.final_state(fold, static_cast<int>(k)), element);
  });
  return f;
}

}  // namespace gradsmith
