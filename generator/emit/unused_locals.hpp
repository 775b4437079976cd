#pragma once

// Locals that nobody reads.

#include "emit/block.hpp"

namespace gradsmith {

/// Leaves out locals that are read by nothing but what assigns them, as the sum of a loop that
/// stands in several branches, one of which wants another of its results; and loops and branches
/// that are empty then. Linear in the block for each round in which something falls away.
void drop_unused_locals(Block& block);

}  // namespace gradsmith
