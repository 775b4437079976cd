#pragma once

// Loops that fill rows of one array, one after the other.

#include "ir/function.hpp"

namespace gradsmith {

/// After `materialise`. Loops over one range that each fill rows of an array become one loop, where
/// none reads what another of them writes: what they read in common is then read once. Single
/// elements that are set between two of them, in rows that the second leaves alone, are set behind.
/// Rows differ as for `read_in_place`.
Function fuse_rows(Function f);

}  // namespace gradsmith
