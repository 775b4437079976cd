#pragma once

// Where every term is computed. The tree of guards begins with the function's own region; a branch
// adds two regions, one for each side. Sharing in the graph ignores position, so a term goes to the
// lowest region that contains all its uses. If it is not needed on every path from there, only a
// cheap term may stay; others are cloned into each guard that needs them, and never computed
// speculatively. Branches on one condition in one region become one, unless one needs the other;
// then what both need is computed in the first and handed on to the second. Where a region decides
// a branch's condition, the branch is the side that it takes.

#include <array>
#include <vector>

#include "emit/facts.hpp"
#include "emit/terms.hpp"

namespace gradsmith {

using InstanceId = std::uint32_t;
using GroupId = std::uint32_t;
inline constexpr RegionId kFunctionRegion = 0;
inline constexpr std::uint32_t kNowhere = 0xffffffffu;

/// Statements that run together.
struct Region {
  RegionId parent = kNowhere;
  std::uint32_t depth = 0;
  GroupId group = kNowhere;  ///< the branch whose side it is
  /// Equal for regions that run together or not at all: the sides of branches on one condition in
  /// one region.
  std::uint32_t guard = 0;
  std::uint32_t content = 0;  ///< number of instances in it, those of regions inside apart
  bool exports = false;       ///< whether any of them is
};

/// Branches on one condition in one region.
struct Group {
  RegionId region = kFunctionRegion;
  NodeId condition = kNoNode;
  std::uint32_t level = 0;          ///< above those of all branches that it needs
  std::array<RegionId, 2> sides{};  ///< when it holds, when not
  std::vector<InstanceId> members;  ///< ascending by node
};

/// A term in one region. A clone is a further instance of the same node.
struct Instance {
  NodeId node = kNoNode;
  RegionId region = kFunctionRegion;
  GroupId group = kNowhere;  ///< of a Branch
  bool exported = false;     ///< used in a later branch on the same condition, too
};

class Placement {
 public:
  /// Throws Refusal (gs-too-many-clones) where keeping branches lazy would multiply the code
  /// beyond reason.
  explicit Placement(const Terms& terms);

  const Terms& terms() const { return terms_; }
  const std::vector<Region>& regions() const { return regions_; }
  const std::vector<Group>& groups() const { return groups_; }
  /// Ascending by node, so operands precede their users.
  const std::vector<Instance>& instances() const { return instances_; }

  /// The instance of a node that is visible in a region; kNowhere for a term that is not placed.
  InstanceId seen_from(NodeId node, RegionId region) const;
  /// The k-th operand (see Terms::operand) of an instance, as it is there; for a Branch, the
  /// condition without negation and the sides of its group, in that order.
  InstanceId operand(InstanceId instance, std::size_t k) const {
    return operands_[first_operand_[instance] + k].instance;
  }
  NodeId operand_node(InstanceId instance, std::size_t k) const {
    return operands_[first_operand_[instance] + k].node;
  }
  std::size_t operand_count(InstanceId instance) const {
    return first_operand_[instance + std::size_t{1}] - first_operand_[instance];
  }
  /// The region from which an instance sees its k-th operand.
  RegionId region_of_operand(InstanceId instance, std::size_t k) const;
  bool is_inside(RegionId region, RegionId outer) const;
  /// The node, or the side that it is in that region.
  NodeId resolve(NodeId node, RegionId region) const;

 private:
  friend class Placer;
  /// The node's instance for a use in the region: in it or `around` it, or else in an earlier
  /// region that runs together with one of those.
  InstanceId find(NodeId node, RegionId region, bool around) const;
  void find_operands();

  struct Operand {
    NodeId node = kNoNode;
    InstanceId instance = kNowhere;
  };

  const Terms& terms_;
  Facts facts_;
  std::vector<Region> regions_;
  std::vector<Group> groups_;
  std::vector<Instance> instances_;
  std::vector<std::uint32_t> first_;  // of a node's instances; those of node n end at first_[n + 1]
  std::vector<Operand> operands_;     // of all instances, one instance's behind another's
  std::vector<std::uint32_t> first_operand_;
};

}  // namespace gradsmith
