#include "passes/reciprocals.hpp"

#include <cmath>
#include <unordered_map>

#include "ir/expr.hpp"
#include "passes/product_terms.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

/// A denominator without its constant factors.
struct Denominator {
  double factor = 1;
  NodeId core = kNoNode;
};

Denominator denominator_of(const Graph& g, NodeId id) {
  Denominator d{1, id};
  for (;;) {
    if (g.op(d.core) == Op::Neg) {
      d = {-d.factor, g.operand(d.core, 0)};
    } else if (g.op(d.core) == Op::Mul && g.is_constant(g.operand(d.core, 0))) {
      d = {d.factor * g.constant_value(g.operand(d.core, 0)), g.operand(d.core, 1)};
    } else {
      return std::isfinite(d.factor) && d.factor != 0 ? d : Denominator{1, id};
    }
  }
}

/// Not where a part is a scale that keeps the quotient in range.
bool is_quotient(const Graph& g, NodeId id) {
  return g.op(id) == Op::Div && !g.is_constant(g.operand(id, 1)) && !has_scale(g, id);
}

}  // namespace

Function reciprocals(Function f) {
  Graph& g = f.graph;
  const std::vector<bool> pinned = pinned_nodes(f);
  const std::vector<bool> branch = only_in_branches(f);
  std::unordered_map<NodeId, int> quotients;  // by the denominator's core
  for (NodeId id : reachable(g, output_values(f))) {
    if (!is_quotient(g, id) || branch[id]) continue;
    if (!pinned[id]) {
      ++quotients[denominator_of(g, g.operand(id, 1)).core];
    } else if (g.is_constant(g.operand(id, 0), 1)) {
      quotients[g.operand(id, 1)] += 2;  // the author's own reciprocal serves as well
    }
  }
  rebuild(f, [&](NodeId id, NodeId fresh) {
    if (id >= pinned.size() || pinned[id] || branch[id] || !is_quotient(g, id)) return fresh;
    if (quotients[denominator_of(g, g.operand(id, 1)).core] < 2) return fresh;
    const Denominator d = denominator_of(g, g.operand(fresh, 1));
    const Expr numerator{&g, g.operand(fresh, 0)};
    const Expr inverse = 1.0 / Expr{&g, d.core};
    if (g.is_constant(numerator.id)) {
      const double c = g.constant_value(numerator.id) / d.factor;
      return c == 1 ? inverse.id : (c * inverse).id;
    }
    const Expr product = numerator * inverse;
    return d.factor == 1 ? product.id : ((1 / d.factor) * product).id;
  });
  return f;
}

}  // namespace gradsmith
