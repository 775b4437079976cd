#pragma once

// Conditions that hold for all trips of a loop or for none.

#include "ir/function.hpp"

namespace gradsmith {

/// After `fuse_rows` and what follows it. A small loop over an array's elements that loads some of
/// them under one condition, which no trip changes, becomes a choice between two loops, each
/// without it: compilers vectorise both, and the one without the loads is often a loop of zeros.
/// Not under
/// `--fp=strict`, where `0 * c` stays.
Function unswitch(Function f);

}  // namespace gradsmith
