// The part of Graph that builds loops and brings them to their canonical level.

#include <algorithm>
#include <bit>

#include "ir/graph.hpp"
#include "ir/growth.hpp"
#include "ir/substitute.hpp"
#include "support/check.hpp"

namespace gradsmith {

int Graph::level_above(std::uint64_t mask) {
  const int level = std::max(1, static_cast<int>(std::bit_width(mask)));
  GRADSMITH_CHECK(level <= kMaxLevel, "loops nest too deep");
  return level;
}

std::size_t Graph::outside_operands(NodeId binder) const {
  const Node& n = nodes_[binder];
  switch (n.op) {
    case Op::Map:
    case Op::Trace:
      return 1;
    case Op::Write:
    case Op::Reduce:
    case Op::ArgReduce:
      return 4;
    case Op::Fold:
      return 3 + n.payload;
    default:
      GRADSMITH_CHECK(false, "{} binds nothing", op_name(n.op));
  }
}

NodeId Graph::add_binder(Op op, int level, TypeId type, std::uint32_t payload,
                         std::span<const NodeId> given) {
  std::vector<NodeId> operands(given.begin(), given.end());
  Node n;
  n.op = op;
  n.type = type;
  n.payload = payload;
  n.count = static_cast<std::uint32_t>(operands.size());
  const std::size_t outside = op == Op::Map ? 1 : op == Op::Fold ? 3 + payload : 4;
  n.free = type_free(type);
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const std::uint64_t mask = free(operands[i]);
    GRADSMITH_CHECK(i >= outside || (mask & bit(level)) == 0,
                    "{}: level {} is free outside its body", op_name(op), level);
    n.free |= mask & ~bit(level);
  }
  const int canonical = level_above(n.free);
  GRADSMITH_CHECK(level >= canonical, "{}: built at level {}, below {}", op_name(op), level,
                  canonical);
  if (level != canonical) {
    for (std::size_t i = outside; i < operands.size(); ++i) {
      operands[i] = relevel(*this, operands[i], level, canonical);
    }
  }
  n.level = static_cast<std::uint8_t>(canonical);
  return find_or_append(n, operands);
}

NodeId Graph::map(int level, NodeId extent, NodeId body) {
  const Type inner = type_of(body);
  GRADSMITH_CHECK((type_free(nodes_[body].type) & bit(level)) == 0, "a ragged Map");
  Type type{inner.element, {extent}};
  type.extents.insert(type.extents.end(), inner.extents.begin(), inner.extents.end());
  const NodeId operands[] = {extent, body};
  return add_binder(Op::Map, level, intern(type), 0, operands);
}

NodeId Graph::write(int level, const Range& range, NodeId base, NodeId value,
                    std::span<const NodeId> indices) {
  GRADSMITH_CHECK(type_of(base).extents.size() == indices.size() + type_of(value).extents.size(),
                  "written value and indices do not fit the array");
  std::vector<NodeId> operands{range.begin, range.end, range.step, base, value};
  operands.insert(operands.end(), indices.begin(), indices.end());
  return add_binder(Op::Write, level, nodes_[base].type, 0, operands);
}

NodeId Graph::set(NodeId base, std::span<const NodeId> indices, NodeId value) {
  std::uint64_t mask = free(base) | free(value);
  for (NodeId i : indices) mask |= free(i);
  return write(level_above(mask), range(index(1)), base, value, indices);
}

NodeId Graph::reduce(Op op, int level, const Range& range, NodeId init, NodeId body) {
  GRADSMITH_CHECK(nodes_[init].type == nodes_[body].type, "init and body of a Reduce differ");
  const NodeId operands[] = {range.begin, range.end, range.step, init, body};
  return add_binder(Op::Reduce, level, nodes_[init].type, static_cast<std::uint32_t>(op), operands);
}

NodeId Graph::arg_reduce(Op op, int level, const Range& range, NodeId init, NodeId body) {
  GRADSMITH_CHECK(nodes_[init].type == nodes_[body].type, "init and body of an ArgReduce differ");
  const NodeId operands[] = {range.begin, range.end, range.step, init, body};
  return add_binder(Op::ArgReduce, level, scalar_type(Element::Index),
                    static_cast<std::uint32_t>(op), operands);
}

NodeId Graph::fold(int level, const Range& range, std::span<const NodeId> inits,
                   std::span<const NodeId> nexts) {
  GRADSMITH_CHECK_EQ(inits.size(), nexts.size());
  std::vector<NodeId> operands{range.begin, range.end, range.step};
  operands.insert(operands.end(), inits.begin(), inits.end());
  operands.insert(operands.end(), nexts.begin(), nexts.end());
  for (std::size_t k = 0; k < inits.size(); ++k) {
    GRADSMITH_CHECK(nodes_[inits[k]].type == nodes_[nexts[k]].type, "state {} changes its type", k);
  }
  return add_binder(Op::Fold, level, scalar_type(Element::Tuple),
                    static_cast<std::uint32_t>(inits.size()), operands);
}

NodeId Graph::final_state(NodeId fold, int state) {
  const FoldParts parts = fold_parts(fold);
  Node n;
  n.op = Op::Final;
  n.type = nodes_[parts.inits[static_cast<std::size_t>(state)]].type;
  n.payload = static_cast<std::uint32_t>(state);
  return add(n, {{fold}});
}

NodeId Graph::trace(NodeId fold, NodeId body) {
  const FoldParts parts = fold_parts(fold);
  const std::uint64_t others = free(body) & ~bit(parts.level);
  GRADSMITH_CHECK(others < bit(parts.level), "a traced node is free above its fold's level");
  const Type inner = type_of(body);
  // As many as there are at most, so that types do not hang on what loops have counted.
  const NodeId trips = trip_count(*this, parts.range);
  const NodeId most = largest_count(*this, trips);
  Type type{inner.element, {most == kNoNode ? trips : most}};
  type.extents.insert(type.extents.end(), inner.extents.begin(), inner.extents.end());
  Node n;
  n.op = Op::Trace;
  n.level = static_cast<std::uint8_t>(parts.level);
  n.type = intern(type);
  n.count = 2;
  n.free = free(fold) | others;
  const NodeId operands[] = {fold, body};
  return find_or_append(n, operands);
}

Range Graph::range(NodeId extent) { return {index(0), extent, index(1)}; }

Range Graph::range_of(NodeId binder) const {
  const auto o = operands(binder);
  return {o[0], o[1], o[2]};
}

FoldParts Graph::fold_parts(NodeId fold) const {
  GRADSMITH_CHECK(op(fold) == Op::Fold, "{} is no Fold", op_name(op(fold)));
  const auto o = operands(fold);
  const std::size_t k = nodes_[fold].payload;
  return {nodes_[fold].level, range_of(fold), o.subspan(3, k), o.subspan(3 + k)};
}

}  // namespace gradsmith
