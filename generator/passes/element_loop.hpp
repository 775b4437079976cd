#pragma once

// Loops whose trips do not depend on each other: each sets elements of its own.

#include <optional>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/polynomial.hpp"

namespace gradsmith {

/// A loop of a function that `materialise` has prepared, all of whose states are arrays. Each is
/// read and written at one place in a trip, which is another one in every trip.
struct ElementLoop {
  using Place = std::vector<NodeId>;  // subscripts

  NodeId fold = kNoNode;
  int level = 0;
  Range range;
  std::vector<NodeId> inits;
  std::vector<NodeId> nexts;  // states, or assignments to them
  std::vector<Place> places;  // by state; empty where the loop does not touch it
  std::vector<NodeId> trip;   // what a trip computes, ascending

  /// What the state's element is after a trip.
  NodeId element_after(Graph& g, std::size_t state) const;
};

/// None for other loops, and where loops stand inside.
std::optional<ElementLoop> as_element_loop(const Graph& g, Polynomials& polynomials, NodeId fold);

}  // namespace gradsmith
