#pragma once

// Integers that loops count along, as polynomials in the loops' indices: after `next++` in each of
// i trips, `next` is i more; where an inner loop of i trips does so, it is i * (i - 1) / 2 more.

#include <map>
#include <optional>
#include <utility>

#include "ir/loop_nest.hpp"

namespace gradsmith {

class IntegerStates {
 public:
  /// What states of the loops around a place are there, over indices and sizes.
  using Forms = std::map<NodeId, Polynomial>;

  /// Of the nodes that the graph has now.
  IntegerStates(const Graph& graph, Polynomials& polynomials);

  /// Adds the forms of a Fold's integer states that have one. `outer` is the nest around the fold,
  /// `inner` the same with the fold opened.
  void enter(NodeId fold, const LoopNest& outer, const LoopNest& inner, NodeId index, Forms& forms);

  /// The polynomial with forms in the place of states, and what loops leave in the place of their
  /// results, where these have forms.
  Polynomial closed(Polynomial p, const LoopNest& nest, const Forms& forms);

 private:
  /// What each trip adds to the state, over the fold's index and what stands outside of it.
  std::optional<Polynomial> growth(NodeId fold, int state, const LoopNest& inner, NodeId index,
                                   const Forms& forms);
  std::optional<Polynomial> final_form(NodeId final, const LoopNest& outer, const Forms& forms);
  NodeId bound(int level, int slot) const;

  const Graph& g_;
  Polynomials& polynomials_;
  std::map<std::pair<int, int>, NodeId> bounds_;  // integer ones, by level and slot
  int depth_ = 0;
};

}  // namespace gradsmith
