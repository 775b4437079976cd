#pragma once

// Derivatives of functions whose loops stay loops: by whole arrays, not by their elements.

#include "passes/derive.hpp"

namespace gradsmith {

/// Whether some loop, or an array that is more than a parameter, is left in what the outputs need.
bool has_loops(const Function& f);

/// As `derive` (passes/derive.hpp), for a function with loops. A parameter of run-time length has
/// its partials in an array parameter of its own, `double* d_x`, after the others. Arrays that are
/// needed on the way are buffers, which have no memory yet where their length is not constant
/// (passes/workspace.hpp).
std::vector<Item> derive_with_loops(const Function& primal, const Word& word,
                                    const PassObserver& observer);

}  // namespace gradsmith
