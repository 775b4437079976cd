#pragma once

// What a loop outside does not change, though loops inside it do, is computed before it, into an
// array: generalized loop-invariant code motion.

#include "ir/function.hpp"

namespace gradsmith {

/// In `for i: for c: ... exp(q[c]) ...` exp(q[c]) is computed once for each c. So are its
/// derivatives then, where they are found by accumulation: the array's adjoint is summed up over i,
/// and what follows from it done once.
///
/// Only what costs about a call or a loop is moved, where each trip of the outer loop computes it
/// for all inner trips, whose ranges it does not change; and only where all that it reads is shown
/// to be there, since the outer loop may make no trip. Values keep their bits.
Function hoist_values(Function f);

/// The same for what is worth more than reading an element: a division, or operations on elements
/// of several arrays. After differentiation, since adjoints of such arrays would cost more than
/// they save.
Function hoist_operations(Function f);

}  // namespace gradsmith
