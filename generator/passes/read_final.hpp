#pragma once

// Arrays that a loop fills row by row need no copy for each trip.

#include "ir/function.hpp"

namespace gradsmith {

/// What an array was in a trip of a loop is read where the loop has left it, if the element that is
/// read was written for the last time before that trip: `pose[(b - 1) * 12 + e]` in trip b of a
/// loop that writes `pose[b * 12], ..., pose[b * 12 + 11]`. Or where the loop has started, if it is
/// written for the first time in that trip or later. The array's trace is then not needed.
Function read_final(Function f);

}  // namespace gradsmith
