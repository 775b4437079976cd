#pragma once

// Quotients in loops by what the loop does not change.

#include "ir/function.hpp"

namespace gradsmith {

/// x / y becomes x * (1 / y) where x changes in a loop in which y does not, so that there is one
/// division before the loop for all its trips. Quotients that the author's value needs stay.
Function loop_reciprocals(Function f);

}  // namespace gradsmith
