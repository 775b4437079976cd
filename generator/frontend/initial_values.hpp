#pragma once

// Which inputs the results of a function really depend on. An array that is written before it is
// read still begins as an input of its loop; running the integer part of the loops shows that none
// of its first elements ever reaches a result.

#include <span>
#include <vector>

#include "ir/graph.hpp"

namespace gradsmith::frontend {

/// For each input, whether some root may depend on any of its elements. Conditions and subscripts
/// that depend on data count as going either way; so do loops whose range is not constant, and
/// loops that run too long to follow.
std::vector<bool> may_depend(const Graph& graph, std::span<const NodeId> roots,
                             std::span<const NodeId> inputs);

}  // namespace gradsmith::frontend
