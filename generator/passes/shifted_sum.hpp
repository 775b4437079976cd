#pragma once

// m + log(exp(x[0] - m) + exp(x[1] - m) + ...): the logarithm of a sum of exponentials in a loop,
// as it is written for the sake of its range. It does not depend on m, whatever m is.

#include <functional>
#include <optional>

#include "ir/graph.hpp"

namespace gradsmith {

struct ShiftedSum {
  NodeId sum = kNoNode;   ///< the Reduce
  NodeId term = kNoNode;  ///< its body, exp(x - m)
  NodeId x = kNoNode;
};

/// `independent` tells which nodes are held as quantities of their own: no form reaches through
/// them.
std::optional<ShiftedSum> shifted_sum(const Graph& g, NodeId id,
                                      const std::function<bool(NodeId)>& independent);

}  // namespace gradsmith
