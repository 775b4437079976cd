#include "ir/within_bounds.hpp"

#include <algorithm>

#include "ir/arrays.hpp"

namespace gradsmith {

bool WithinBounds::is_inside(NodeId access, const LoopNest* nest) {
  std::vector<NodeId> indices;
  NodeId array = kNoNode;
  if (g_.op(access) == Op::Write) {
    array = g_.operand(access, 3);
    const auto places = g_.operands(access).subspan(5);
    indices.assign(places.begin(), places.end());
  } else {
    array = array_under(g_, access, indices);
  }
  const std::vector<NodeId>& extents = g_.type_of(array).extents;
  for (std::size_t k = 0; k < indices.size(); ++k) {
    if (!is_inside(indices[k], extents[k], nest)) return false;
  }
  return true;
}

bool WithinBounds::is_inside(NodeId index, NodeId extent, const LoopNest* nest) {
  if (g_.is_constant(index) && g_.is_constant(extent)) {
    return g_.index_value(index) >= 0 && g_.index_value(index) < g_.index_value(extent);
  }
  if (!nest) return false;
  try {
    const Polynomial& place = polynomials_.of(index);
    return nest->never_negative(place) && is_below(place, extent, *nest);
  } catch (const PolynomialTooLarge&) {
    return false;
  }
}

bool WithinBounds::is_below(const Polynomial& place, NodeId extent, const LoopNest& nest) {
  if (const Length* length = f_.length(extent)) {
    if (length->value == kNoNode) return false;
    extent = length->value;
  }
  if (g_.op(extent) == Op::Max) {
    const auto o = g_.operands(extent);
    return is_below(place, o[0], nest) || is_below(place, o[1], nest);
  }
  if (g_.op(extent) == Op::Min) {
    const auto o = g_.operands(extent);
    return is_below(place, o[0], nest) && is_below(place, o[1], nest);
  }
  return nest.never_negative(polynomials_.of(extent) - place - Polynomial(1));
}

}  // namespace gradsmith
