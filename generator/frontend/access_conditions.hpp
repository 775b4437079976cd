#pragma once

// What a condition says of the indices of loops, where it is known to hold or not to.

#include <vector>

#include "frontend/data_flags.hpp"
#include "ir/polynomial.hpp"

namespace gradsmith::frontend {

struct IndexFacts {
  /// Polynomials over indices and sizes that are not negative then.
  std::vector<Polynomial> never_negative;
  std::vector<Polynomial> never_zero;
  /// The same of polynomials over sizes alone. A size is not negative, so that `n != 0` says n > 0.
  std::vector<Polynomial> of_sizes;
  /// Whether something bounds an index that `never_negative` does not tell: an alternative, or a
  /// number that only the data knows.
  bool more = false;
};

/// Of comparisons of integers, joined by `&&`, `||` and `!`; others say nothing of an index, and
/// neither do `flags`, where they are given.
IndexFacts facts_of(const Graph& graph, Polynomials& polynomials, NodeId condition, bool holds,
                    const DataFlags* flags = nullptr);

}  // namespace gradsmith::frontend
