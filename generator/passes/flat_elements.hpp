#pragma once

// Elements of rows as elements of arrays.

#include <unordered_map>

#include "ir/graph.hpp"

namespace gradsmith {

/// Nodes of one graph in which `At(At(a, i), j)` is `At(a, i, j)`, as simplification has them:
/// reverse accumulation writes down values of a loop's body with reads of whole rows in place of
/// the states.
class FlatElements {
 public:
  explicit FlatElements(Graph& g) : g_(g) {}
  NodeId of(NodeId root);

 private:
  Graph& g_;
  std::unordered_map<NodeId, NodeId> known_;
};

}  // namespace gradsmith
