#pragma once

// Loops whose trips do not depend on each other: each sets elements of its own.

#include <optional>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/polynomial.hpp"

namespace gradsmith {

/// A loop of a function that `materialise` has prepared, all of whose states are arrays. Each is
/// written at one place in a trip, which is another one in every trip, and read there or in rows
/// that the loop leaves alone.
struct ElementLoop {
  using Place = std::vector<NodeId>;  // subscripts

  NodeId fold = kNoNode;
  int level = 0;
  Range range;
  std::vector<NodeId> inits;
  std::vector<NodeId> nexts;  // states, or assignments to them
  std::vector<Place> places;  // by state; empty where the loop does not touch it
  /// States of which trips also read rows that no trip writes, the others of a table say.
  std::vector<bool> reads_apart;
  std::vector<NodeId> trip;  // what a trip computes, ascending

  /// What the state's element is after a trip.
  NodeId element_after(Graph& g, std::size_t state) const;
};

/// Whether two places are in rows that differ in every trip of every one, of the loop of that
/// level.
bool in_other_rows(const Graph& g, Polynomials& polynomials, const ElementLoop::Place& a,
                   const ElementLoop::Place& b, int level);

/// None for other loops, and where loops inside change arrays.
std::optional<ElementLoop> as_element_loop(const Graph& g, Polynomials& polynomials, NodeId fold);

}  // namespace gradsmith
