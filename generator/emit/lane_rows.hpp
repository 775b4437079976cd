#pragma once

// Pointers to what a short loop goes through.

#include <set>
#include <string>

#include "emit/block.hpp"

namespace gradsmith {

/// Where a loop of constant length goes through elements beside one another,
/// `for (int k = 0; k < 8; ++k) lanes[k] += x[i * n + (row_1 + k)];`, they are those of a pointer
/// that stands before the loop: `lanes[k] += x_row[k]`. Compilers that unroll such a loop see then
/// that the elements are neighbours, which sums of int hide from some. The pointer is made only
/// where its element is certainly accessed. `taken`: names that are not to be used; those of the
/// pointers are added. Whether there are any.
bool point_to_lanes(Block& block, std::set<std::string>& taken);

}  // namespace gradsmith
