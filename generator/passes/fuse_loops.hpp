#pragma once

// Loops over one range that do not need each other become one loop.

#include "ir/function.hpp"

namespace gradsmith {

/// Sums, products, extrema, their places, and Folds that stand in one scope, run over one range,
/// and of which none needs another's result become the states of one Fold, so that what their
/// bodies share is computed once a trip. A loop that fills an array joins those with which it
/// shares work.
Function fuse_loops(Function f);

}  // namespace gradsmith
