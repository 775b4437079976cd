#pragma once

// A graph while nodes of it are replaced by others: what stands for each node now, and how many
// users each has.

#include <span>
#include <vector>

#include "ir/graph.hpp"

namespace gradsmith {

class Rewriting {
 public:
  /// Counts the users of every node under the roots; each root is one use of it.
  Rewriting(const Graph& graph, std::span<const NodeId> roots);

  /// What stands for a node after all replacements so far. Its operands may be out of date.
  NodeId now(NodeId id);

  /// From here on `to` stands for `from`, which nothing may have replaced before. What `from` alone
  /// used is no longer in use.
  void replace(NodeId from, NodeId to);

  /// The number of users of each node, by id: operands and roots that are themselves in use. Only
  /// `now` of a node has users.
  std::span<const std::uint32_t> uses() const { return uses_; }

 private:
  void grow();
  void acquire(NodeId id, std::uint32_t count);
  void release_operands(NodeId id);

  const Graph& g_;
  std::vector<NodeId> forward_;
  std::vector<std::uint32_t> uses_;
  std::vector<NodeId> stack_;  // of acquire and release_operands
};

}  // namespace gradsmith
