#pragma once

// A loop that finds nothing that another one beside it does not find, too, is not needed.

#include "ir/function.hpp"

namespace gradsmith {

/// Where each state of a loop is one of another loop's over the same range, in the same body, its
/// results are read from that one. Loops of which some trip's values are asked for stay.
Function subsume_loops(Function f);

}  // namespace gradsmith
