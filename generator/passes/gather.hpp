#pragma once

// Scatter becomes gather: an element of an array that loops have added up is what they added to it.

#include "ir/function.hpp"

namespace gradsmith {

/// In `for c: a[c] += v(c)`, from zeros on, a[b] is v(b) wherever b is the index of a loop over the
/// same range, or the loop goes over all elements. Where all that reads such an array can read v
/// instead, which is no more than a few operations, the array goes; else it stays. An array that
/// copies another one is that one, and a result over all c is written, not added up. The sign of
/// zero may change.
Function gather(Function f);

}  // namespace gradsmith
