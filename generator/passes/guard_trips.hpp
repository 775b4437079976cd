#pragma once

// Loops that do not hang on a loop around them, where that one makes no trip.

#include "ir/function.hpp"

namespace gradsmith {

/// A loop inside another one that has nothing to do with it,
///
///     for (i < n) for (j < m) y += theta[j] * exp(x[0]);
///
/// is computed once before it, also where n is 0, and may then read what is not there. Where it
/// may, it makes its trips only where the author's would: `j < (n > 0 ? m : 0)`. So does one under
/// a condition, `if (i > 4)`, which stays in the outer loop then. Done before loops are raised,
/// which takes them out of others, and for all derivatives, as these run over the same trips. The
/// first pass: it asks for Function::outermost_loops, which run in any case. A loop that begins
/// anew, under a condition that the outer loop changes, is still computed wherever the outer one
/// makes a trip.
Function guard_trips(Function f);

/// Takes back what a loop has become that was not taken out: inside the other one its condition
/// holds anyway.
Function free_trips(Function f);

}  // namespace gradsmith
