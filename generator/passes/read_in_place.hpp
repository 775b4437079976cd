#pragma once

// Loops that change some rows of an array and read others of what it was before.

#include "ir/function.hpp"

namespace gradsmith {

/// After `materialise`. A loop that changes an array in place, and reads an earlier version of it
/// at subscripts that nothing since has written, reads the array as it is instead, so that the
/// earlier version need not be kept (passes/copy_versions.hpp). Subscripts differ where, as
/// polynomials, they differ by a number that is not zero: `(b - 1) * 12 + 3` and `b * 12 + e` for
/// each constant e from 0 to 11.
Function read_in_place(Function f);

}  // namespace gradsmith
