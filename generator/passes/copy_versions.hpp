#pragma once

// Copies where an array is changed in its place although its former elements are still needed.

#include "ir/array_conflict.hpp"
#include "ir/function.hpp"

namespace gradsmith {

/// For a function that `materialise` has prepared: every version of an array is read by whoever
/// needs it before the one statement that writes over it. Where the graph does not allow that, that
/// statement works on a copy in a buffer of its own.
Function copy_versions(Function f);

/// The function in which the conflict's statement writes over a copy: for what shows only when
/// statements have been put into branches and ordered.
Function copy_version(Function f, const ArrayConflict& conflict);

}  // namespace gradsmith
