#pragma once

// x - y and y - x, of which one is enough.

#include "ir/function.hpp"

namespace gradsmith {

/// Of two differences of the same numbers that are both computed, x - y and y - x, keeps one where
/// all that is made of the other takes its sign over for free: sums, which then subtract, elements
/// of arrays that are added to, and products that end in such. An author's `d = u[i + 1] - u[i]`
/// then serves both neighbours, `d_u[i + 1] += d` and `d_u[i] -= d`. The sign of zero may change,
/// so that nothing is done under the strict policy. Nothing that opens a negated difference may
/// follow.
Function opposite_differences(Function f);

}  // namespace gradsmith
