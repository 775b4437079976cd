#pragma once

// When the loops that read a value run.

#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ir/graph.hpp"
#include "ir/regions.hpp"

namespace gradsmith {

/// For values that a scope computes for the loops inside it alone: the condition on which one of
/// these loops makes a trip.
class ReadWhere {
 public:
  /// `live` are the nodes that `roots` need, operands first, and `regions` are theirs.
  ReadWhere(Graph& g, const Regions& regions, std::span<const NodeId> live,
            std::span<const NodeId> roots);

  /// A condition, of the value's own scope, without which nobody asks for the value; kNoNode where
  /// others than loops do, or nothing is known of the loops.
  NodeId of(NodeId value);

  /// The same with others than loops on sides of conditions only.
  NodeId of_any(NodeId value);

 private:
  /// Any of several, ascending; nothing: always.
  using Conditions = std::optional<std::vector<NodeId>>;

  Conditions asked_by_readers(NodeId node, int scope);
  Conditions asked_by(NodeId reader, int scope);
  Conditions asked_on_side(NodeId reader);
  Conditions asked_in_bodies(NodeId node, int scope);
  Conditions asked_in(NodeId loop, int scope);
  NodeId condition_for(NodeId value, bool sides);
  NodeId any_of(const std::vector<NodeId>& conditions);

  Graph& g_;
  const Regions& regions_;
  std::unordered_map<NodeId, std::vector<NodeId>> readers_;
  std::unordered_map<NodeId, std::vector<NodeId>> bodies_;
  std::unordered_set<NodeId> roots_;
  bool sides_ = false;
  std::unordered_map<NodeId, Conditions> asked_[2];  // without sides, and with them
};

}  // namespace gradsmith
