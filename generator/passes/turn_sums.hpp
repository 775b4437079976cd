#pragma once

// Sums that reverse accumulation takes from the last trip to the first, though no trip hands
// anything on.

#include "ir/function.hpp"

namespace gradsmith {

/// In `for i: for j: s += f(x[i], y[j])` the adjoint of s is the same in every trip, and so it is
/// not carried from trip to trip. What is left of the loop backwards are sums, which run forwards
/// then: in one loop with the value, where nothing else forbids that (passes/fuse_loops.hpp). The
/// author's own sums stay as they are, and so do those that need what a loop backwards has in its
/// trips.
Function turn_sums(Function f);

}  // namespace gradsmith
