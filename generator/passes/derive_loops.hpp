#pragma once

// Derivatives of functions whose loops stay loops: by whole arrays, not by their elements.

#include "passes/derive.hpp"

namespace gradsmith {

/// Whether some loop, or an array that is more than a parameter, is left in what the outputs need.
bool has_loops(const Function& f);

/// As `derive` (passes/derive.hpp), for a function with loops. A parameter of run-time length has
/// its partials in an array parameter of its own, `double* d_x`, after the others. Where arrays of
/// run-time length are needed on the way, the caller hands in a workspace, `double* work`, and a
/// further function `loss_gradient_work` gives the number of its elements.
std::vector<Item> derive_with_loops(const Function& primal, const Word& word,
                                    const PassObserver& observer);

}  // namespace gradsmith
