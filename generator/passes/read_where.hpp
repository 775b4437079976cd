#pragma once

// When the loops that read a value run.

#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ir/graph.hpp"

namespace gradsmith {

/// For values that a scope computes for the loops inside it alone: the condition on which one of
/// these loops makes a trip.
class ReadWhere {
 public:
  /// `live` are the nodes that `roots` need, operands first.
  ReadWhere(Graph& g, std::span<const NodeId> live, std::span<const NodeId> roots);

  /// A condition, of the value's own scope, without which nobody asks for the value; kNoNode where
  /// others than loops do, or nothing is known of those.
  NodeId of(NodeId value);

 private:
  static constexpr NodeId kAlways = kNoNode;
  using Condition = std::optional<NodeId>;  // none: never

  Condition asked_by_readers(NodeId node, int scope);
  Condition asked_by(NodeId reader, int scope);
  NodeId asked_in_bodies(NodeId node, int scope);
  NodeId asked_in(NodeId loop, int scope);

  Graph& g_;
  std::unordered_map<NodeId, std::vector<NodeId>> readers_;
  std::unordered_map<NodeId, std::vector<NodeId>> bodies_;
  std::unordered_set<NodeId> roots_;
  std::unordered_map<NodeId, Condition> asked_;
};

}  // namespace gradsmith
