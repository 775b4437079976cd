#include "passes/read_final.hpp"

#include <algorithm>

#include "ir/arrays.hpp"
#include "ir/polynomial.hpp"
#include "passes/rebuild.hpp"
#include "passes/written_rows.hpp"

namespace gradsmith {
namespace {

class FinalReader {
 public:
  explicit FinalReader(const Graph& g) : g_(g), polynomials_(g) {}

  /// Whether an element of a state, as it was before a trip, is not written from that trip on.
  bool is_final(const FoldParts& loop, std::size_t k, NodeId trip, NodeId row) {
    // Inner loops write whole ranges of rows, which are not followed.
    const Rows written = rows_in(g_, loop, k, loop.level);
    if (!written || !g_.is_constant(loop.range.step)) return false;
    try {
      // A number of trips later.
      const Polynomial later = Polynomial::unknown(kNoNode);
      const Polynomial index =
          polynomials_.of(loop.range.begin) +
          (polynomials_.of(trip) + later) * Polynomial(g_.index_value(loop.range.step));
      const NodeId own = index_of(loop);
      return std::ranges::all_of(*written, [&](NodeId place) {
        Polynomial apart = polynomials_.of(place);
        if (own != kNoNode) apart = apart.with(own, index);
        apart = apart - polynomials_.of(row);
        return is_apart(apart);
      });
    } catch (const PolynomialTooLarge&) {
      return false;
    }
  }

 private:
  NodeId index_of(const FoldParts& loop) const {
    for (NodeId id : reachable_at(g_, loop.nexts, loop.level)) {
      if (g_.op(id) == Op::Bound && g_[id].level == loop.level && g_.slot(id) == 0) return id;
    }
    return kNoNode;
  }

  /// Never zero: a number and a multiple of the trips since, of one sign.
  static bool is_apart(const Polynomial& p) {
    std::int64_t number = 0;
    std::int64_t each = 0;
    for (const auto& [product, factor] : p.terms()) {
      if (product.empty()) {
        number = factor.numerator;
      } else if (product == Polynomial::Product{kNoNode}) {
        each = factor.numerator;
      } else {
        return false;
      }
    }
    return (number > 0 && each >= 0) || (number < 0 && each <= 0);
  }

  const Graph& g_;
  Polynomials polynomials_;
};

}  // namespace

Function read_final(Function f) {
  Graph& g = f.graph;
  FinalReader reader(g);
  rebuild(f, [&](NodeId, NodeId fresh) {
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
    if (!reader.is_final(loop, k, indices[0], indices[1])) return fresh;
    return g.at(g.final_state(fold, static_cast<int>(k)), std::span(indices).subspan(1));
  });
  return f;
}

}  // namespace gradsmith
