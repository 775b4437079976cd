#pragma once

// A function whose graph holds nothing but what its outputs need.

#include "ir/function.hpp"

namespace gradsmith {

/// The same function over a graph of its own that has only live nodes, in the same order. Extents
/// whose value `Function::lengths` knows become that value. Locals are not kept, and names that
/// were seen in a loop's scope are seen in the function's.
Function compact(Function f);

/// The same where so much is alive that every look at a node costs more than its copy, and enough
/// is dead that the copy pays; elsewhere the function as it is. Locals are kept.
Function compact_large(Function f);

}  // namespace gradsmith
