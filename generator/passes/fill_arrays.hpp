#pragma once

// Arrays written out into memory: the versions that a place goes through while an array is assigned
// or added to it, element by element.

#include <map>
#include <span>
#include <vector>

#include "ir/function.hpp"
#include "passes/guards.hpp"

namespace gradsmith {

/// Arrays are made of Maps, sums, OneHots, Reduces, Packs, choices, and versions of other places,
/// which are copied.
class ArrayFiller {
 public:
  explicit ArrayFiller(Function& f);

  /// Whether an array is a version of some place as it stands.
  bool is_version(NodeId array) const;

  /// The type of a place for arrays of a type whose extents may mention loops: with the largest
  /// extents of all trips.
  TypeId buffer_type(TypeId type);

  /// A new buffer for arrays that are made in the body of the loop of that level, 0 for none. There
  /// it is a state of the loop that nobody reads before it is written, so that each trip makes the
  /// array anew.
  NodeId new_buffer(TypeId type, int level);

  /// Graph::fold, with the buffers of the body among its states.
  NodeId fold(int level, const Range& range, std::vector<NodeId> inits, std::vector<NodeId> nexts);

  /// The version of `base` in which the part at `place` is `value`, a scalar or an array.
  NodeId assigned(NodeId base, const std::vector<NodeId>& place, NodeId value);
  /// The version of `base` that has the elements of a Map, which reads no element of `base` but the
  /// one that it gives.
  NodeId replaced(NodeId base, NodeId map);
  /// The version in which `value` has been added to it.
  NodeId added(NodeId base, const std::vector<NodeId>& place, NodeId value);
  /// The version in which the loop of an array's Reduce has added to it.
  NodeId added_in_loop(NodeId base, NodeId reduce) { return reduced(base, {}, reduce); }

  /// The array in a new buffer, or in the place of a summand that has one and is free to change.
  NodeId assigned_anywhere(NodeId array);

 private:
  /// base after a loop over the range: `next(state, level)` gives the version after one trip.
  template <class Next>
  NodeId looped(NodeId base, const Range& range, std::uint64_t mentioned, int own_level, Next next);
  template <class Element>
  NodeId by_element(NodeId base, const std::vector<NodeId>& place, NodeId value, Element element);
  NodeId reduced(NodeId base, const std::vector<NodeId>& place, NodeId reduce);
  NodeId chosen(NodeId base, const std::vector<NodeId>& place, NodeId choice, bool add);
  NodeId packed(NodeId base, const std::vector<NodeId>& place, NodeId pack, bool add);
  NodeId in_place_of(NodeId state, NodeId array);
  NodeId largest(NodeId extent);
  std::uint64_t free_of(NodeId base, const std::vector<NodeId>& place, NodeId value) const;

  Function& f_;
  Graph& g_;
  int next_number_ = 0;                       // of buffers, in the names of their Inputs
  std::map<int, NodeId> inputs_;              // by number, of those made here
  std::map<int, std::vector<Range>> ranges_;  // of the function's loops, by level
};

}  // namespace gradsmith
