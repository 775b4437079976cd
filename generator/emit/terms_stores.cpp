#include "emit/terms.hpp"
#include "support/check.hpp"

namespace gradsmith {

void Terms::flatten_outputs() {
  for (const Output& output : function_.outputs) flatten(output);
}

/// One store per number of the output, row-major.
void Terms::flatten(const Output& output) {
  const bool returned = output.root.empty();
  returns_object_ = returns_object_ || (returned && !output.steps.empty());
  const TypeId type = graph_[output.value].type;
  if (!graph_.has_constant_extents(type)) refuse_loop(output.value);
  const std::vector<std::int64_t> extents = graph_.constant_extents(type);
  const std::int64_t count = graph_.element_count(type);
  std::vector<std::int64_t> indices(extents.size(), 0);
  for (std::int64_t n = 0; n < count; ++n) {
    Store store{returned, {output.root, {}}, element_of(output.value, indices)};
    std::size_t next = 0;
    for (const Step& step : output.steps) {
      GRADSMITH_CHECK(!step.is_subscript() || next < indices.size(),
                      "an output of {} has more subscripts than extents", function_.name);
      store.place.path.push_back({step.field, step.is_subscript() ? indices[next++] : 0, -1});
    }
    GRADSMITH_CHECK_EQ(next, indices.size());
    stores_.push_back(std::move(store));
    for (std::size_t k = extents.size(); k-- > 0;) {
      if (++indices[k] < extents[k]) break;
      indices[k] = 0;
    }
  }
}

NodeId Terms::element_of(NodeId array, std::span<const std::int64_t> indices) {
  if (indices.empty()) return array;
  if (graph_.op(array) == Op::Pack) {
    const std::vector<std::int64_t> extents = graph_.constant_extents(graph_[array].type);
    std::int64_t flat = 0;
    for (std::size_t k = 0; k < extents.size(); ++k) flat = flat * extents[k] + indices[k];
    return graph_.operand(array, static_cast<std::size_t>(flat));
  }
  // An array of one value throughout, such as Graph::zeros.
  if (graph_.op(array) == Op::Map) {
    const NodeId body = graph_.operand(array, 1);
    if (graph_.free(body) & Graph::bit(graph_[array].level)) refuse_loop(array);
    return element_of(body, indices.subspan(1));
  }
  if (graph_.op(array) != Op::Input && graph_.op(array) != Op::At) refuse_loop(array);
  std::vector<NodeId> nodes;
  for (std::int64_t i : indices) nodes.push_back(graph_.index(i));
  return graph_.at(array, nodes);
}

}  // namespace gradsmith
