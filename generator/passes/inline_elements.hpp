#pragma once

// Arrays of which a loop reads one element a trip need not be kept.

#include "ir/function.hpp"

namespace gradsmith {

/// In `y[i] = tanh(x[i])` for all i, and a loop that sums y[i] * y[i], tanh(x[i]) is computed where
/// it is summed: no array, no second loop, and as many calls. Only where one loop reads the array,
/// each element once; before differentiation, which then finds one loop, too. Values keep their
/// bits.
Function inline_elements(Function f);

}  // namespace gradsmith
