#pragma once

// What is known about conditions inside the sides of branches: a branch whose condition is decided
// where it is used is the side that it takes.

#include <array>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "emit/terms.hpp"

namespace gradsmith {

using RegionId = std::uint32_t;

/// A branch's condition without leading negations, and its sides in the order that fits.
struct Guard {
  NodeId condition;
  std::array<NodeId, 2> sides;  ///< when the condition holds, when not
};
Guard guard_of(const Terms& terms, NodeId branch);

/// Facts by region; regions are numbered from 0, the whole function, in which nothing is known.
class Facts {
 public:
  explicit Facts(const Terms& terms);

  /// Adds the next region: what `parent` knows, the condition, and what follows from both through
  /// && || and !, and for comparisons that are each other's opposite.
  void enter(RegionId parent, NodeId condition, bool holds);

  std::optional<bool> known(NodeId condition, RegionId region) const;
  /// The side that a branch takes in that region; the node itself where that is not known.
  NodeId side_taken(NodeId node, RegionId region) const;
  /// As side_taken, of the side again, until that changes nothing.
  NodeId resolve(NodeId node, RegionId region) const;

 private:
  struct Known {
    RegionId parent = 0;
    std::vector<std::pair<NodeId, bool>> facts;  // sorted, those of the parent apart
  };
  void add(RegionId region, NodeId condition, bool holds);
  void conclude(RegionId region, NodeId condition, bool holds);
  std::optional<bool> fact(NodeId condition, RegionId region) const;

  const Terms& terms_;
  std::unordered_map<NodeId, NodeId> opposite_;
  std::vector<Known> known_;
  std::vector<std::pair<NodeId, bool>> pending_;
};

}  // namespace gradsmith
