#pragma once

// Locals that only hand a value on.

#include "emit/block.hpp"

namespace gradsmith {

/// `const double a = x[3]; ... b = a;`, where nothing else reads a, and nothing between mentions b,
/// is `b = x[3];`.
void assign_directly(Block& block);

}  // namespace gradsmith
