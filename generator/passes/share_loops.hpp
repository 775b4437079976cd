#pragma once

// Loops that do what another does, and no more.

#include "ir/function.hpp"

namespace gradsmith {

/// A Fold whose states another one has, too, as the first of its own, is read from that one: a
/// loop and the same loop with its states' derivatives are one.
Function share_loops(Function f);

}  // namespace gradsmith
