#pragma once

// Which elements of arrays are there wherever the loops around the access run. Reading them before
// an inner loop is safe even if that loop then makes no trip; others must be read, and set, where
// the author does.

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
  /// The single assignments to places that are not shown to lie in their array.
  std::unordered_set<NodeId> uncertain_assignments;
};
LoadCertainty certainty_of_loads(const Function& f, const Graph& graph,
                                 const std::vector<NodeId>& roots);

/// The nodes that may fail where the author does not compute them: uncertain loads and assignments,
/// and divisions of integers by what may be zero.
std::unordered_set<NodeId> nodes_that_may_fail(const Function& f, const Graph& graph,
                                               const std::vector<NodeId>& roots);

/// Whether a loop computes any of those, what its scope computes for it among them.
bool may_fail(const Graph& graph, NodeId loop, const std::unordered_set<NodeId>& failing);

}  // namespace gradsmith
