#pragma once

// Store or recompute: what a later loop would compute a second time is kept by the one that had it.

#include "ir/function.hpp"

namespace gradsmith {

/// Reverse accumulation writes down the values of a loop's body again wherever an adjoint needs
/// them. Where a loop cannot run together with the one that computed such a value, and the value is
/// dear (a call of the C library, a loop of its own), it is read from a Trace instead; what is
/// cheap is computed again. Expects the values as `reverse` wrote them, before any simplification.
Function store_values(Function f);

/// Where the way back reads single elements of an array that a loop changes, as they were in each
/// trip, those are stored instead of the whole array: a loop that changes an element or two of a
/// long array in each trip costs no more than that on the way back. All that is read of the array
/// in other trips has to be such elements, in the loop's own body.
Function store_elements(Function f);

}  // namespace gradsmith
