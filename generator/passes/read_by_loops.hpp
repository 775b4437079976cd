#pragma once

// What a scope computes for the loops inside it alone.

#include <span>
#include <unordered_map>
#include <vector>

#include "ir/graph.hpp"

namespace gradsmith {

/// What loops inside a scope are sure to need alone, and the scope itself at most on some sides of
/// choices.
struct ReadByLoops {
  /// The elements of arrays that the node is computed from and that are read for loops alone,
  /// ascending: where the loops make no trip, nobody reads those, and they may not be there.
  std::vector<NodeId> elements;
  bool alone = false;  ///< the scope itself does not need the node, on no side of a choice
};

/// Those nodes of the scope of `level` (0: the function's own) that have such elements. `roots` is
/// what the scope is for.
std::unordered_map<NodeId, ReadByLoops> elements_read_by_loops(const Graph& g,
                                                               std::span<const NodeId> roots,
                                                               int level);

/// The condition that one of the loops runs which read an element of a scope, where each of their
/// trips does: without it, the element need not be there, and with it, it is. kNoNode where a loop
/// may run without reading it. `live` are the scope's nodes.
NodeId where_loops_read(Graph& g, std::span<const NodeId> live, NodeId element);

}  // namespace gradsmith
