#pragma once

// Random programs that change arrays in place, step by step: sweeps in both directions, ends that
// are set anew, copies, steps that only conditions let happen, and steps that end early.

#include <cstdint>

#include "loop_function.hpp"

namespace e2e {

/// The function `sweep<seed>` in a namespace of its own; all of it follows from the seed.
LoopFunction random_sweeps(std::uint64_t seed);

}  // namespace e2e
