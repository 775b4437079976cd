#pragma once

// Random programs of loops over arrays of run-time length. They stay inside the arrays that they
// are given and inside the domains of the functions that they call, at all sizes from none on.

#include "loop_function.hpp"
#include "random.hpp"

namespace e2e {

/// The function `f<seed>` in a namespace of its own; all of it follows from the seed.
LoopFunction random_loops(std::uint64_t seed);

/// The same with vectors of its own, and with loops by `while` and without an increment.
LoopFunction random_forms(std::uint64_t seed);

/// What a file with such functions includes.
std::string loop_includes();

}  // namespace e2e
