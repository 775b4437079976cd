#pragma once

// A loop that counts its trips, and the loop over these, as one loop again.

#include "ir/function.hpp"

namespace gradsmith {

/// Of the two loops that `count_trips` makes of one that is left early, the one over the trips that
/// run becomes part of the one that counts them, which carries its states as long as trips run.
/// That needs nothing of the first in the body of the second but how often it runs. `traced` says
/// whether loops of which some trip's values are asked for are joined, too: these are once rows
/// have become states.
Function join_counted(Function f, bool traced);

}  // namespace gradsmith
