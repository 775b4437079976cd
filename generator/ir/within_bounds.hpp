#pragma once

// Which elements of arrays are shown to be there, whatever the sizes are.

#include "ir/function.hpp"
#include "ir/loop_nest.hpp"

namespace gradsmith {

class WithinBounds {
 public:
  WithinBounds(const Function& f, const Graph& graph) : f_(f), g_(graph), polynomials_(graph) {}

  /// Opens a loop inside those of a nest; see LoopNest.
  bool enter(LoopNest& nest, int level, NodeId index, const Range& range) {
    return nest.enter(g_, polynomials_, level, index, range);
  }

  /// Whether all subscripts of an At, or of a single assignment, are at least zero and below the
  /// extents of its array in every trip of the nest; false in doubt. No nest: nothing is known
  /// about the indices around.
  bool is_inside(NodeId access, const LoopNest* nest);

 private:
  bool is_inside(NodeId index, NodeId extent, const LoopNest* nest);
  bool is_below(const Polynomial& place, NodeId extent, const LoopNest& nest);

  const Function& f_;
  const Graph& g_;
  Polynomials polynomials_;
};

}  // namespace gradsmith
