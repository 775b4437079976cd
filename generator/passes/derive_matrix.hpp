#pragma once

// Jacobians and Hessians, dense and sparse: candidates are built, and the one that costs least is
// emitted.

#include <vector>

#include "passes/derive.hpp"

namespace gradsmith {

/// What the words jacobian, hessian, sparse_jacobian and sparse_hessian give: a function, and for
/// sparse ones in front of it the constants that say where the entries stand: `<function>_rows`,
/// `_cols`, `_nonzeros`, `_row_starts`, `_columns`. Entries that are zero for every input, as the
/// simplified graph shows, are left out of sparse matrices; of sparse Hessians only the lower
/// triangle is there. Throws Refusal gs-not-scalar for a Hessian of several results.
std::vector<Item> derive_matrix(const Function& primal, const Word& word,
                                const PassObserver& observer);

}  // namespace gradsmith
