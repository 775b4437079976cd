#pragma once

// Arrays get a place in memory: what emission needs before it can write loops.

#include "ir/function.hpp"

namespace gradsmith {

/// Rewrites a function with loops so that the only binder left is Fold and every array is a version
/// (ir/arrays.hpp) of a buffer: an Input that `Function::buffers` lists, or of a
/// parameter. Sums of arrays are accumulated: T + Reduce(+, R, v) is a loop over T, T + OneHot(e,
/// v) the assignment T[e] = T[e] + v. A Trace is an array state of its Fold; a scalar Reduce a
/// scalar state. Array outputs end in buffers of their own. What buffers hold at first is never
/// read.
Function materialise(Function f);

}  // namespace gradsmith
