#include "passes/loop_reciprocals.hpp"

#include <algorithm>

#include "ir/arrays.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {

Function loop_reciprocals(Function f) {
  Graph& g = f.graph;
  std::vector<NodeId> values;
  for (std::size_t k = 0; k < f.outputs.size() && k < f.value_outputs; ++k) {
    values.push_back(f.outputs[k].value);
  }
  const std::vector<NodeId> pinned = reachable(g, values);
  rebuild(f, [&](NodeId id, NodeId fresh) {
    if (g.op(fresh) != Op::Div || std::ranges::binary_search(pinned, id)) return fresh;
    const NodeId x = g.operand(fresh, 0);
    const NodeId y = g.operand(fresh, 1);
    if (scope_of(g, x) <= scope_of(g, y) || g.is_constant(y)) return fresh;
    const NodeId one = g.number(g.element(y), 1);
    return g.apply(Op::Mul, {x, g.apply(Op::Div, {one, y})});
  });
  return f;
}

}  // namespace gradsmith
