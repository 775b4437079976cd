#pragma once

// Unrolling: loops of constant length become straight lines, arrays of constant extents become
// their elements.

#include "ir/function.hpp"

namespace gradsmith {

/// Every loop under the outputs and locals replaced by its trips, and every array by its elements:
/// what is left are scalars, elements At(Input, constants), and Packs as values of array outputs.
/// Subscripts that only run time knows become choices among the elements. Refuses loops whose
/// bounds are not constant (gs-loop-bound), results beyond `max_nodes` (gs-loop-too-long),
/// subscripts outside an array (gs-index-range) and reads of what was never written
/// (gs-uninitialised).
Function unroll(Function f, std::size_t max_nodes = 8'000'000);

}  // namespace gradsmith
