#pragma once

// Sums of arrays, taken apart where a summand need not be an array at all.

#include "ir/function.hpp"

namespace gradsmith {

/// Map(i, a[i] + OneHot(e, v)[i] + x(i)) becomes a + OneHot(e, v) + Map(i, x(i)), so that the
/// OneHot is one assignment and no loop (passes/fill_arrays.hpp); the same for Reduces and choices.
Function split_sums(Function f);

}  // namespace gradsmith
