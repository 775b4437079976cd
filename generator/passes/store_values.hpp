#pragma once

// Store or recompute: what a later loop would compute a second time is kept by the one that had it.

#include "ir/function.hpp"

namespace gradsmith {

/// Reverse accumulation writes down the values of a loop's body again wherever an adjoint needs
/// them. Where a loop cannot run together with the one that computed such a value, and the value is
/// dear (a call of the C library, a loop of its own), it is read from a Trace instead; what is
/// cheap is computed again. Expects the values as `reverse` wrote them, before any simplification.
Function store_values(Function f);

}  // namespace gradsmith
