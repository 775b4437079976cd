#pragma once

// Under which sides of choices nodes are needed: what only one side needs may not be there, or cost
// too much, where the other is taken.

#include <map>
#include <span>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "ir/graph.hpp"

namespace gradsmith {

class Regions {
 public:
  using Id = std::size_t;

  /// Of the nodes that the roots need, operands first.
  Regions(const Graph& g, std::span<const NodeId> roots, std::span<const NodeId> live);

  /// The region of its own scope that a node is needed in: the innermost one around all its uses,
  /// those by loops inside on sides of conditions of its own scope among them.
  Id of(NodeId id) const { return regions_.at(id).back(); }

  /// Whether what is needed in `inner` is only needed where `outer` is, too.
  bool encloses(Id outer, Id inner) const;

  /// Where a region is left for the one around it: the condition, and whether that holds inside.
  struct Side {
    NodeId condition = kNoNode;
    bool holds = false;
  };
  /// The sides that a node is needed in only, of its own scope, innermost first.
  std::vector<Side> around(NodeId id) const;

 private:
  /// The region of one side of a choice; the first is all of a scope.
  struct Region {
    Id around = 0;
    std::size_t depth = 0;
    Side side;
  };
  using Levels = std::vector<Id>;  // of a node's scope and of all around it

  Id side(Id around, const Side& side);
  Id common(Id a, Id b) const;
  void use(NodeId id, std::span<const Id> levels);

  const Graph& g_;
  std::vector<Region> tree_{{}};
  std::map<std::tuple<Id, NodeId, bool>, Id> sides_;
  std::unordered_map<NodeId, Levels> regions_;
};

/// What holds on a side of a condition.
NodeId holding_on(Graph& g, const Regions::Side& side);

}  // namespace gradsmith
