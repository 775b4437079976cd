#pragma once

// Which elements of arrays are there wherever the loops around the reading run. Reading them before
// an inner loop is safe even if that loop then makes no trip; others must be read where the author
// reads them.

#include <unordered_map>
#include <unordered_set>

#include "ir/function.hpp"

namespace gradsmith {

struct LoadCertainty {
  /// The scalar At nodes that read an Input's array at places that are not shown to lie in it, by
  /// the array's length and the bounds of the loops around.
  std::unordered_set<NodeId> uncertain;
  /// Of these, those that are there wherever a condition holds: a loop has found the place then.
  std::unordered_map<NodeId, NodeId> where;
  /// Those that read an array of the function's own at places that are shown to lie in it.
  std::unordered_set<NodeId> own;
};
LoadCertainty certainty_of_loads(const Function& f, const Graph& graph,
                                 const std::vector<NodeId>& roots);

}  // namespace gradsmith
