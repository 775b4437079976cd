#pragma once

// Whether a subscript lies below a length, where it is made of pieces: `max(i - 1, 0)`, `i / 2`,
// `(i + 1) % n`, `i > 0 ? i - 1 : 0`.

#include "ir/loop_nest.hpp"

namespace gradsmith::frontend {

class SubscriptBound {
 public:
  SubscriptBound(const Graph& graph, Polynomials& polynomials, const LoopNest& nest)
      : g_(graph), polynomials_(polynomials), nest_(nest) {}

  /// Whether there is such a piece in it that changes with a loop.
  bool is_made_of_pieces(const Polynomial& subscript) const;

  /// Whether subscript < length in every trip of the nest; false in doubt.
  bool is_below(const Polynomial& subscript, const Polynomial& length, int depth = 0) const;

 private:
  NodeId piece_of(const Polynomial& p) const;

  const Graph& g_;
  Polynomials& polynomials_;
  const LoopNest& nest_;
};

}  // namespace gradsmith::frontend
