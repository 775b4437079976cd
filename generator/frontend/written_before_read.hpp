#pragma once

// Whether an array is written before it is read, where the loops that do so have sizes that only a
// run knows: by intervals of elements, whose ends are polynomials over sizes and loop indices.

#include <optional>
#include <unordered_map>
#include <vector>

#include "ir/function.hpp"
#include "ir/loop_nest.hpp"

namespace gradsmith::frontend {

/// Follows one array from its first contents, an Input, through all that the outputs need.
class WrittenBeforeRead {
 public:
  WrittenBeforeRead(const Function& f, NodeId first_contents);

  /// Whether no element is read that was not written before.
  bool holds() const { return holds_; }

  /// Whether `value`, what the array holds at the end, has its first `length` elements (over the
  /// outermost extent) from the function; false where an element is read too early.
  bool covers(NodeId value, NodeId length);

 private:
  /// Elements, row-major, that were written since the array was what `base` is.
  struct Region {
    NodeId base = kNoNode;
    bool empty = true;
    Polynomial from, to;
    /// Intervals that grew into this one: where no loop ran since, they may be the longer ones.
    std::vector<std::pair<Polynomial, Polynomial>> earlier = {};
  };
  /// Nothing: an array that has nothing to do with the first contents.
  using MaybeRegion = std::optional<Region>;

  void scope(std::span<const NodeId> roots, int level, const LoopNest& nest, bool check);
  void visit(NodeId id, const LoopNest& nest, bool check);
  void fold(NodeId id, const LoopNest& nest, bool check);
  void read(NodeId id, const LoopNest& nest);
  MaybeRegion written(NodeId id, const LoopNest& nest);
  MaybeRegion region(NodeId id) const;
  Region joined(const Region& before, const Region& more, const LoopNest& nest) const;
  /// What all trips before the present one wrote, and what all trips did, if `once` is one's share.
  std::pair<Region, Region> over_trips(const Region& once, const LoopNest& inner, NodeId index,
                                       std::int64_t step) const;
  /// The place of an element or sub-array, and how many elements that is.
  /// Whether some interval of the region reaches from `first` to before `end`.
  static bool contains(const Region& region, const Polynomial& first, const Polynomial& end,
                       const LoopNest& nest);
  std::pair<Polynomial, std::int64_t> place(NodeId array, std::span<const NodeId> subscripts);
  NodeId bound(int level, int slot, TypeId type) const;

  const Function& f_;
  const Graph& g_;
  NodeId first_contents_;
  Polynomials polynomials_;
  std::unordered_map<NodeId, Region> regions_;
  std::unordered_map<NodeId, std::vector<MaybeRegion>> finals_;
  std::unordered_map<std::uint64_t, NodeId> bounds_;
  std::int64_t steps_ = 0;
  bool holds_ = true;
};

}  // namespace gradsmith::frontend
