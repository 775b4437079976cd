#pragma once

// Sums of what a loop stores anyway, apart from that loop.

#include "ir/function.hpp"

namespace gradsmith {

/// A loop that calls a function in each trip, adds the result up and stores it for a later loop
/// waits at every call for the sum, which no register holds across it. The sum becomes a loop over
/// what is stored, which runs in lanes (passes/lanes.hpp); the loop with the calls carries nothing.
/// For loops of the function's own scope, and not under FpPolicy::Strict, as the order of the
/// additions changes.
Function sum_stored(Function f);

}  // namespace gradsmith
