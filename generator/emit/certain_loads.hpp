#pragma once

// Which elements of arrays are there wherever the loops around the reading run. Reading them before
// an inner loop is safe even if that loop then makes no trip; others must be read where the author
// reads them.

#include <unordered_set>

#include "ir/function.hpp"

namespace gradsmith {

/// The scalar At nodes under `roots` that read an Input's array at places that are not shown to lie
/// in it, by the array's length and the bounds of the loops around.
std::unordered_set<NodeId> uncertain_loads(const Function& f, const Graph& graph,
                                           const std::vector<NodeId>& roots);

}  // namespace gradsmith
