#pragma once

// Arrays that are mostly zeros are cleared by a loop, and only the rest is stored.

#include "emit/block.hpp"

namespace gradsmith {

/// Where a block stores all elements of an array that is written flat, `h[0] = ...; h[1] = ...;`,
/// and at least 16 of them, half of all, are zero, and nothing reads it: a loop over the whole
/// array clears it in place of the first of these stores, and the zeros' stores go. Only statements
/// of the block itself count. `taken` are names that the loop's index must not have.
void fill_zeros(Block& block, std::set<std::string> taken);

}  // namespace gradsmith
