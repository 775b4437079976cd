#pragma once

// How a function with loops uses its arrays: which ones must be versions in memory, and which are
// only added to others, element by element, as what they are made of.

#include <functional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/function.hpp"

namespace gradsmith {

/// Whether a Map needs of an array no element but the one that it gives; `body` has the nodes that
/// its body is made of, as far as they may mention the array.
bool reads_own_element(const Graph& g, NodeId map, const std::vector<NodeId>& body,
                       const std::function<bool(NodeId)>& is_array);

class ArrayUses {
 public:
  explicit ArrayUses(const Function& f);

  /// Whether somebody reads elements of the array, writes to it, or several add it.
  bool is_version(NodeId id) const;
  /// Every node that the outputs need, bodies included: operands first, and traced nodes before
  /// the Fold that they belong to.
  const std::vector<NodeId>& order() const { return order_; }
  /// The Traces of a Fold, ascending.
  const std::vector<NodeId>& traces_of(NodeId fold) const;
  /// The Trace that holds another Trace's arrays, one for each trip, and is all that it is for;
  /// kNoNode for none. Both are written in one place.
  NodeId trace_around(NodeId trace) const;
  /// Whether a Map is what a loop's state becomes, is nothing else, and needs of the state before
  /// no element but the one that it gives.
  bool replaces_state(NodeId map) const { return replacing_.contains(map); }

 private:
  enum class Use : std::uint8_t { Plain, Version, Summand };
  struct Operand {
    NodeId node;
    Use use;
  };
  std::vector<Operand> operands_of(NodeId id) const;
  using Counts = std::unordered_map<NodeId, int>;  // how often nodes are operands or results
  void find_replacing(const std::vector<NodeId>& live, const Counts& uses);
  void find_nested(const std::vector<NodeId>& live, const Counts& uses);
  void mark(const std::vector<NodeId>& roots);
  void sort(const std::vector<NodeId>& roots);

  const Function& f_;
  const Graph& g_;
  std::unordered_map<NodeId, std::vector<NodeId>> traces_;
  std::unordered_map<NodeId, NodeId> around_;  // Traces, by the one inside
  std::unordered_set<NodeId> replacing_;
  std::unordered_map<NodeId, bool> version_;
  std::unordered_map<NodeId, int> summand_;
  std::vector<NodeId> order_;
};

}  // namespace gradsmith
