#include "passes/shifted_sum.hpp"

namespace gradsmith {

std::optional<ShiftedSum> shifted_sum(const Graph& g, NodeId id,
                                      const std::function<bool(NodeId)>& independent) {
  if (g.op(id) != Op::Add) return {};
  for (const std::size_t k : {0, 1}) {
    const NodeId shift = g.operand(id, k);
    const NodeId log = g.operand(id, 1 - k);
    if (g.op(log) != Op::Log || independent(log)) continue;
    const NodeId sum = g.operand(log, 0);
    if (g.op(sum) != Op::Reduce || g.reducer(sum) != Op::Add || independent(sum)) continue;
    if (!g.is_constant(g.operand(sum, 3), 0)) continue;
    const NodeId term = g.operand(sum, 4);
    if (g.op(term) != Op::Exp || independent(term)) continue;
    const NodeId exponent = g.operand(term, 0);
    if (g.op(exponent) != Op::Sub || g.operand(exponent, 1) != shift) continue;
    return ShiftedSum{sum, term, g.operand(exponent, 0)};
  }
  return {};
}

}  // namespace gradsmith
