#pragma once

// Which inputs the results of a function really depend on. An array that is written before it is
// read still begins as an input of its loop; running the integer part of the loops shows that none
// of its first elements ever reaches a result.

#include <span>
#include <vector>

#include "ir/graph.hpp"

namespace gradsmith {

enum class Dependence { No, Yes, Unknown };

/// For each input, whether some root depends on any of its elements. Unknown where a loop's range is
/// not constant or the loops run too long to follow.
std::vector<Dependence> depends_on(const Graph& graph, std::span<const NodeId> roots,
                                   std::span<const NodeId> inputs);

}  // namespace gradsmith
