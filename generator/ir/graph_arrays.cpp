// The part of Graph that builds arrays, and nodes like others.

#include <algorithm>
#include <array>

#include "ir/graph.hpp"
#include "ir/well_formed.hpp"
#include "support/check.hpp"

namespace gradsmith {

NodeId Graph::at(NodeId array, std::span<const NodeId> indices) {
  if (indices.empty()) return array;
  const Type whole = type_of(array);
  GRADSMITH_CHECK(indices.size() <= whole.extents.size(), "too many indices");
  for (NodeId i : indices) {
    GRADSMITH_CHECK(element(i) == Element::Index && is_scalar(i), "a subscript is an Index");
  }
  Node n;
  n.op = Op::At;
  n.type = intern(
      {whole.element,
       {whole.extents.begin() + static_cast<std::ptrdiff_t>(indices.size()), whole.extents.end()}});
  std::vector<NodeId> operands{array};
  operands.insert(operands.end(), indices.begin(), indices.end());
  return add(n, operands);
}

NodeId Graph::at(NodeId array, std::initializer_list<NodeId> indices) {
  return at(array, std::span<const NodeId>(indices.begin(), indices.size()));
}

NodeId Graph::one_hot(TypeId type, std::span<const NodeId> indices, NodeId value) {
  GRADSMITH_CHECK(this->type(type).extents.size() == indices.size() + type_of(value).extents.size(),
                  "a one-hot array has its indices' and its value's rank together");
  Node n;
  n.op = Op::OneHot;
  n.type = type;
  std::vector<NodeId> operands(indices.begin(), indices.end());
  operands.push_back(value);
  return add(n, operands);
}

NodeId Graph::pack(TypeId type, std::span<const NodeId> elements) {
  GRADSMITH_CHECK_EQ(static_cast<std::size_t>(element_count(type)), elements.size());
  for (NodeId e : elements) {
    GRADSMITH_CHECK(is_scalar(e) && element(e) == this->type(type).element, "element of a Pack");
  }
  Node n;
  n.op = Op::Pack;
  n.type = type;
  return add(n, elements);
}

NodeId Graph::zeros(TypeId id) {
  const Type t = type(id);
  NodeId value = number(t.element, 0);
  for (std::size_t i = t.extents.size(); i-- > 0;) {
    value = map(level_above(free(value) | free(t.extents[i])), t.extents[i], value);
  }
  return value;
}

NodeId Graph::with_operands(NodeId id, std::span<const NodeId> given) {
  const Node n = nodes_[id];
  if (n.op == Op::Constant || n.op == Op::Input || n.op == Op::Bound) return id;
  if (is_operator(n.op) && given.size() <= 3) {
    std::array<NodeId, 3> few{};  // may lie in nodes_
    std::copy(given.begin(), given.end(), few.begin());
    return apply(n.op, std::span<const NodeId>(few.data(), given.size()));
  }
  const std::vector<NodeId> copy(given.begin(), given.end());  // may lie in pool_
  return build(*this, {n.op, n.level, n.type, n.payload, copy});
}

}  // namespace gradsmith
