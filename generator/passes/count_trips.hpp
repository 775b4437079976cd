#pragma once

// Loops that are left early, as loops of as many trips as run.

#include "ir/function.hpp"

namespace gradsmith {

/// A loop that a `break` or a `return` leaves becomes two: the loop as it is, which counts the
/// trips that run, and one over these, in which no trip asks whether it still runs. Results of the
/// second that vary stand for those of the first. So the way back begins in the last trip that ran,
/// and goes through no others. `join_counted` (passes/join_counted.hpp) makes one loop of the two
/// again once all is done.
Function count_trips(Function f);

}  // namespace gradsmith
