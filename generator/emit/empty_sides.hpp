#pragma once

// Branches of which one side has nothing to do.

#include "emit/block.hpp"

namespace gradsmith {

/// Branches whose first side is empty get the second one as their first, on the condition's
/// opposite; those with two empty sides go.
void drop_empty_sides(Block& block);

}  // namespace gradsmith
