#pragma once

// Sums, products, extrema and their places as what a Fold would carry.

#include <vector>

#include "ir/graph.hpp"

namespace gradsmith {

struct LoopStates {
  std::vector<NodeId> inits;
  std::vector<NodeId> nexts;  ///< at the loop's own level
};

/// A Reduce (one state), an ArgReduce (the best so far, and the index that it had) or a Fold with
/// those operands. Bits and ties are those of the loop.
LoopStates states_of_loop(Graph& g, NodeId loop, const std::vector<NodeId>& operands);

}  // namespace gradsmith
