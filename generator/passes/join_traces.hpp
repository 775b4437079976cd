#pragma once

// Sums over what a loop had in each trip, computed in the loop itself.

#include "ir/function.hpp"

namespace gradsmith {

/// A sum over the range of a Fold that asks for it only by what it was in the same trip,
/// At(Trace(F, v), trip), becomes a further state of the Fold, which adds v as it goes: nothing is
/// stored.
Function join_traces(Function f);

}  // namespace gradsmith
