#pragma once

// Forward accumulation through loops and whole arrays: along one direction, or along all columns of
// a matrix at once.

#include <span>
#include <string>
#include <vector>

#include "ir/function.hpp"
#include "passes/differentiate.hpp"

namespace gradsmith {

/// As `forward` (passes/differentiate.hpp), for any graph: a loop's states are followed by their
/// tangents, as states of one loop.
std::vector<NodeId> forward_through_loops(Graph& graph, Provenance* provenance,
                                          std::span<const NodeId> roots, std::span<const Seed> wrt);

/// A node that is differentiated by, and the first of the columns that belong to its elements.
struct ColumnsOf {
  NodeId input = kNoNode;
  NodeId first = kNoNode;
};

/// The derivatives of each root by `columns` numbers, the elements of `wrt` in row-major order: an
/// array of the root's shape with the columns as its last extent. All columns go through one pass
/// over the function: where a number is, its derivatives stand side by side.
std::vector<NodeId> forward_columns(Graph& graph, Provenance* provenance, const std::string& by,
                                    std::span<const NodeId> roots, std::span<const ColumnsOf> wrt,
                                    NodeId columns);

}  // namespace gradsmith
