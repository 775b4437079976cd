#pragma once

// When the loops that read a value run.

#include <map>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "ir/graph.hpp"
#include "ir/regions.hpp"

namespace gradsmith {

/// For values, and loops, that a scope computes for the loops inside it alone: the condition on
/// which one of these loops makes a trip.
class ReadWhere {
 public:
  /// What others than loops ask for: nothing, or what they need on sides of conditions only.
  enum class Others { None, OnSides };

  /// `live` are the nodes that `roots` need, operands first, and `regions` are theirs.
  ReadWhere(Graph& g, const Regions& regions, std::span<const NodeId> live,
            std::span<const NodeId> roots, Others others);

  /// A condition, of the value's own scope, without which nobody asks for the value; kNoNode where
  /// others do, or nothing is known of the loops.
  NodeId of(NodeId value);

  /// The same of a loop, in the words of the scope of a level, its own or one around; where that
  /// does not know the ranges of all loops between, in those of the outermost scope that does.
  NodeId of_loop(NodeId loop, int scope);

 private:
  /// Any of several, ascending; nothing: always.
  using Conditions = std::optional<std::vector<NodeId>>;

  NodeId known(const Conditions& asked);
  int scope_that_knows(NodeId inner, int scope);
  Conditions asked_by_readers(NodeId node, int scope);
  Conditions asked_by(NodeId reader, int scope);
  Conditions asked_on_side(NodeId reader);
  Conditions asked_in_bodies(NodeId node, int scope);
  Conditions asked_in(NodeId loop, int scope);
  NodeId any_of(const std::vector<NodeId>& conditions);

  Graph& g_;
  const Regions& regions_;
  std::unordered_map<NodeId, std::vector<NodeId>> readers_;
  std::unordered_map<NodeId, std::vector<NodeId>> bodies_;
  std::unordered_set<NodeId> roots_;
  Others others_;
  std::map<std::pair<NodeId, int>, Conditions> asked_;  // by the node and who shall tell
};

}  // namespace gradsmith
