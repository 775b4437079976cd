#pragma once

// Elements of arrays that always hold the same number, and those that nobody reads.

#include "ir/function.hpp"

namespace gradsmith {

/// Arrays that a loop fills row by row, `pose[12 * b + e]` for e = 0, ..., 11, may hold the same
/// number in some column of every row: the zeros and ones of matrices of rotations. Such elements
/// are found by following what the loop sets from what it starts with, and are read as that number.
/// Columns of the function's own arrays that nobody reads then are not set. Not under the strict
/// policy: 0 * x counts as 0.
Function constant_elements(Function f);

}  // namespace gradsmith
