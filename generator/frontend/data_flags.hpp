#pragma once

// Flags that loops carry and that only data sets: `if (x[i] > most) break;`.

#include <set>
#include <utility>

#include "ir/graph.hpp"

namespace gradsmith::frontend {

class DataFlags {
 public:
  /// Of all loops in the graph.
  explicit DataFlags(const Graph& graph);

  /// Whether a node is such a flag, in its loop or after it. Like a condition on data, it bounds no
  /// index.
  bool contains(NodeId id) const;

 private:
  const Graph& g_;
  std::set<std::pair<int, int>> flags_;  // level and slot
};

/// Whether an expression hangs on a loop's index or count otherwise than by elements of arrays, by
/// floating numbers that loops made, and by flags.
bool hangs_on_index(const Graph& graph, std::vector<NodeId> expressions, const DataFlags* flags);

}  // namespace gradsmith::frontend
