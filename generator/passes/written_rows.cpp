#include "passes/written_rows.hpp"

#include <algorithm>

#include "ir/arrays.hpp"

namespace gradsmith {

Rows rows_between(const Graph& g, NodeId version, NodeId until, int scope) {
  std::vector<NodeId> rows;
  while (version != until) {
    const NodeId before = version_before(g, version);
    if (before == kNoNode || g.op(version) == Op::If) return {};
    if (g.op(version) == Op::Final) {
      const FoldParts loop = g.fold_parts(g.operand(version, 0));
      const Rows inside = rows_in(g, loop, static_cast<std::size_t>(g.slot(version)), scope);
      if (!inside) return {};
      rows.insert(rows.end(), inside->begin(), inside->end());
    } else {
      const NodeId row = g.operand(version, 5);
      if (scope_of(g, row) > scope) return {};
      rows.push_back(row);
    }
    version = before;
  }
  return rows;
}

Rows rows_in(const Graph& g, const FoldParts& loop, std::size_t k, int scope) {
  NodeId version = loop.nexts[k];
  std::vector<NodeId> rows;
  while (!is_state(g, version, loop.level, k)) {
    const NodeId before = version_before(g, version);
    if (before == kNoNode || g.op(version) == Op::If) return {};
    const Rows one = rows_between(g, version, before, scope);
    if (!one) return {};
    rows.insert(rows.end(), one->begin(), one->end());
    version = before;
  }
  return rows;
}

bool all_differ(Polynomials& polynomials, const std::vector<NodeId>& rows, NodeId row) {
  try {
    return std::ranges::all_of(rows, [&](NodeId written) {
      const auto difference = (polynomials.of(written) - polynomials.of(row)).constant();
      return difference && difference->numerator != 0;
    });
  } catch (const PolynomialTooLarge&) {
    return false;
  }
}

}  // namespace gradsmith
