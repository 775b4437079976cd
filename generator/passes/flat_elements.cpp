#include "passes/flat_elements.hpp"

#include <vector>

#include "ir/arrays.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {

NodeId FlatElements::of(NodeId root) {
  const NodeId roots[] = {root};
  for (NodeId id : reachable(g_, roots)) {
    if (known_.contains(id)) continue;
    const auto view = g_.operands(id);
    std::vector<NodeId> operands(view.begin(), view.end());
    for (NodeId& o : operands) o = known_.at(o);
    const NodeId made = operands.empty() ? id : rebuilt(g_, id, operands);
    std::vector<NodeId> indices;
    const NodeId array = array_under(g_, made, indices);
    known_[id] = array == made ? made : g_.at(array, indices);
  }
  return known_.at(root);
}

}  // namespace gradsmith
