#pragma once

// What operands each kind of node may have. The verifier asks it of nodes that exist, the parsers
// of nodes that a text describes.

#include <string>

#include "ir/graph.hpp"

namespace gradsmith {

/// A node before it is in a graph. `type` and `payload` as in Node; the type of an At, a Map, a
/// Final, a Trace and of every operator is left out of the judgement where it is `kAnyType`.
struct NodeShape {
  Op op = Op::Constant;
  int level = 0;
  TypeId type = 0;
  std::uint32_t payload = 0;
  std::span<const NodeId> operands;
};
inline constexpr TypeId kAnyType = 0xffff;

/// Why there can be no such node; empty where there can be.
std::string complaint(const Graph& graph, const NodeShape& shape);

/// The node, where there is no complaint; not for leaves.
NodeId build(Graph& graph, const NodeShape& shape);

}  // namespace gradsmith
