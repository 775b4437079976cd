#pragma once

// Outputs that are written as soon as they are known, so that fewer values wait for their store.

#include "emit/block.hpp"

namespace gradsmith {

/// Reorders a short straight-line block that calls nothing: first what reads memory, then each
/// store in order, what it needs just before it, and last what only the return value needs. All
/// memory is read before any is written, so parameters may still overlap as before. Leaves a block
/// as it stands where it has a branch, or where more than a few locals would be read in advance.
void store_early(Block& block);

}  // namespace gradsmith
