#pragma once

// What a condition says of the indices of loops, where it is known to hold or not to.

#include <vector>

#include "ir/polynomial.hpp"

namespace gradsmith::frontend {

struct IndexFacts {
  /// Polynomials over indices and sizes that are not negative then.
  std::vector<Polynomial> never_negative;
  std::vector<Polynomial> never_zero;
  /// Whether something bounds an index that `never_negative` does not tell: an alternative, or a
  /// number that only the data knows.
  bool more = false;
};

/// Of comparisons of integers, joined by `&&`, `||` and `!`; others say nothing of an index.
IndexFacts facts_of(const Graph& graph, Polynomials& polynomials, NodeId condition, bool holds);

}  // namespace gradsmith::frontend
