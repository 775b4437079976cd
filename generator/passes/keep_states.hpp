#pragma once

// An array that a loop changes, and that is kept as it was in each trip, lives in what keeps it.

#include "ir/function.hpp"

namespace gradsmith {

/// The way back through `for t: s = f(s, t)` reads what s was in each trip, a Trace. Instead of a
/// place for s and a copy of it for each trip, s becomes the rows of one array,
///
///     rows[0] = s;  for t: rows[t + 1] = f(rows[t], t)
///
/// of which the trace of s is the first ones, and the trace of what s becomes the last ones. What f
/// writes element by element goes to its row at once, also where it reads its neighbours there.
/// Before `materialise`.
Function keep_states(Function f);

}  // namespace gradsmith
