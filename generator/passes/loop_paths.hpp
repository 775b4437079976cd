#pragma once

// In which loops nodes stand, up to the outermost ones.

#include <span>
#include <unordered_map>
#include <vector>

#include "ir/graph.hpp"

namespace gradsmith {

/// The range of a loop; a Map counts from zero.
Range range_of_loop(Graph& g, NodeId loop);
bool is_same_range(const Range& a, const Range& b);

class LoopPaths {
 public:
  LoopPaths(const Graph& g, std::span<const NodeId> live);

  /// The loops around a node in each of the bodies that compute it, outermost first, so that the
  /// loop of level L stands at L - 1. Nothing where there are more than a few; a single empty path
  /// for what stands in no loop.
  std::vector<std::vector<NodeId>> to(NodeId id) const;

 private:
  const Graph& g_;
  std::unordered_map<NodeId, std::vector<NodeId>> bodies_;
};

}  // namespace gradsmith
