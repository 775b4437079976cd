#pragma once

// Where a function reads and writes the arrays that come as pointers: every subscript, with the
// loops around it and the conditions that it is under.

#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

#include "ir/function.hpp"
#include "ir/integer_states.hpp"
#include "ir/loop_nest.hpp"

namespace gradsmith::frontend {

/// What must hold for a part of a function to run, besides that the loops of its nest do.
/// Conditions on sizes alone (`n == 0`) are kept as the sizes that they mention, ascending.
struct Guards {
  /// The other conditions, with 1 where they must hold and 2 where they must not, ascending; what
  /// is needed either way is under none.
  std::vector<std::pair<NodeId, std::size_t>> data;
  std::vector<NodeId> sizes;
  std::vector<std::pair<NodeId, std::size_t>> of_sizes;  ///< those conditions, like `data`
  std::vector<NodeId> loops;  ///< Folds that make the access, and whose index it does not depend on
};

/// One subscript of an array whose outermost extent is of Function::lengths.
struct ArrayAccess {
  NodeId node = kNoNode;       ///< an At, or a Write
  NodeId array = kNoNode;      ///< what it is applied to
  NodeId subscript = kNoNode;  ///< the outermost one
  Polynomial place;            ///< the same, counters of loops replaced by what they count
  LoopNest nest;               ///< the loops that the subscript or its array depend on
  LoopNest running;      ///< the same, and knows that guards.loops run and what conditions bound
  Guards guards;         ///< without conditions that `running` knows, and those that bound no index
  bool perhaps = false;  ///< there are conditions of the second kind
  std::vector<Polynomial> limits;  ///< conditions say that the place is not above these
};

/// All accesses that the outputs need, each once for every chain of loops around it; nothing where
/// there are too many.
/// `straight`: At nodes that are under no condition, whatever needs them.
std::optional<std::vector<ArrayAccess>> array_accesses(const Function& f, Polynomials& polynomials,
                                                       const std::unordered_set<NodeId>& straight);

/// The scalar integer inputs that an expression over nothing but these and constants mentions,
/// ascending; nothing where there is anything else in it, a quotient by an unknown among it.
std::optional<std::vector<NodeId>> sizes_in(const Graph& graph, NodeId expression);

}  // namespace gradsmith::frontend
