#pragma once

// What the function's own scope computes for its loops alone.

#include <span>
#include <unordered_map>
#include <vector>

#include "ir/graph.hpp"

namespace gradsmith {

/// The nodes of the function's own scope that nothing but loops is sure to need, each with the
/// elements of arrays that it is computed from and that are read for loops alone, ascending: where
/// the loops make no trip, nobody reads those, and they may not be there.
std::unordered_map<NodeId, std::vector<NodeId>> elements_read_by_loops(
    const Graph& g, std::span<const NodeId> roots);

}  // namespace gradsmith
