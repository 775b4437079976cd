#pragma once

// The memory that a caller hands in for arrays of run-time length.

#include <span>
#include <vector>

#include "passes/derive.hpp"

namespace gradsmith {

/// How many elements there are, where extents below zero mean none.
NodeId element_count(Graph& g, std::span<const NodeId> extents);

/// The function with a last parameter `double* work` for its buffers of run-time length, and before
/// it `<name>_work`, which gives the number of elements. The function alone where it has none.
std::vector<Item> with_workspace(Function f);

}  // namespace gradsmith
