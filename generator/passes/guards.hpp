#pragma once

// Guards of adjoints: the branches under which a contribution exists. A guard is a path of
// (condition, side) from the outside in, kept in a tree.

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "ir/graph.hpp"

namespace gradsmith {

using GuardId = std::uint32_t;
inline constexpr GuardId kUnguarded = 0;
inline constexpr GuardId kNever = 0xffffffffu;

/// The adjoint of one node, apart for each guard under which it has contributions: a map in
/// ascending order of guards, in one piece of memory, as most have a single entry.
class GuardedSum {
 public:
  using Entry = std::pair<GuardId, NodeId>;
  using Iterator = std::vector<Entry>::iterator;

  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  Iterator begin() { return entries_.begin(); }
  Iterator end() { return entries_.end(); }
  std::vector<Entry>::const_iterator begin() const { return entries_.begin(); }
  std::vector<Entry>::const_iterator end() const { return entries_.end(); }

  /// The first entry of that guard or a later one.
  Iterator lower_bound(GuardId guard) {
    return std::ranges::lower_bound(entries_, guard, {}, &Entry::first);
  }
  Iterator find(GuardId guard) {
    const Iterator at = lower_bound(guard);
    return at != end() && at->first == guard ? at : end();
  }
  /// The entry of a guard, made where there is none, and whether it was.
  std::pair<Iterator, bool> try_emplace(GuardId guard, NodeId value) {
    const Iterator at = lower_bound(guard);
    if (at != end() && at->first == guard) return {at, false};
    return {entries_.insert(at, {guard, value}), true};
  }
  Iterator erase(Iterator at) { return entries_.erase(at); }

 private:
  std::vector<Entry> entries_;
};

class Guards {
 public:
  explicit Guards(Graph& graph) : g_(graph) { tree_.push_back({}); }

  /// The guard inside `guard` where `condition` has the value `side`; kNever where it cannot.
  GuardId inside(GuardId guard, NodeId condition, bool side);

  /// Adds a contribution under a guard.
  void add(GuardedSum& sum, GuardId guard, NodeId value);

  /// Brings a sum to few guards: both sides of one condition become one contribution, and one under
  /// a guard whose outer guard is present too joins that.
  void combine(GuardedSum& sum);

  /// The whole sum as one node: each contribution is 0 where its guard does not hold.
  NodeId total(const GuardedSum& sum);

  /// If(guard, value, 0), down from `outer`, which encloses `guard`.
  NodeId wrap(GuardId guard, GuardId outer, NodeId value);

 private:
  struct Entry {
    GuardId parent = kUnguarded;
    NodeId condition = kNoNode;
    bool side = true;
  };
  Graph& g_;
  std::vector<Entry> tree_;  // parents before children
  std::map<std::pair<std::uint64_t, bool>, GuardId> children_;
};

/// a + b of equal types, element by element for arrays.
NodeId add_values(Graph& graph, NodeId a, NodeId b);

}  // namespace gradsmith
