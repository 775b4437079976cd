#pragma once

// Loops that go through the same elements become one loop.

#include "ir/function.hpp"

namespace gradsmith {

/// After `copy_versions`. Two loops over one range, each of whose trips writes elements of its own,
/// become one where neither needs more of what the other one writes than the element of the same
/// trip, and nothing has to run between them. Each reads as far as it did, and what both compute is
/// computed once.
Function fuse_elements(Function f);

}  // namespace gradsmith
