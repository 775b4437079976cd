#pragma once

// A function whose graph holds nothing but what its outputs need.

#include "ir/function.hpp"

namespace gradsmith {

/// The same function over a graph of its own that has only live nodes, in the same order. Names
/// seen in the function's scope stay; locals are not kept.
Function compact(const Function& f);

}  // namespace gradsmith
