#pragma once

// Elements that are set to zero and then added to, once, are set.

#include "ir/function.hpp"

namespace gradsmith {

/// `for j: a[j] = 0` and then, over the same range, `for j: a[j] += v(j)` becomes `for j: a[j] =
/// v(j)`: what is left of an adjoint that a loop has used up and gives a new value. The sign of
/// zero may change. So does what a loop adds to each element of an array of zeros of its own
/// length, `d_x[i] += v` for all i, where it sums up something else on the way.
Function set_elements(Function f);

}  // namespace gradsmith
