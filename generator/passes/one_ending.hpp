#pragma once

// Loops that can be left in several ways, by one state that says whether they have been.

#include "ir/function.hpp"

namespace gradsmith {

/// A loop with a `break` and a `return` has two states of which either ends it. It gets a third one
/// that holds where any of them does, and its trips ask that one alone.
Function one_ending(Function f);

}  // namespace gradsmith
