#pragma once

// Loops that are left before their end: `break` and `return` are a state that holds from some trip
// on, under which all else stays as it was.

#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "ir/function.hpp"

namespace gradsmith {

/// What nodes were, by what has been made of them.
using Former = std::unordered_map<NodeId, NodeId>;

/// What a node of the body of the loop of that level is where a condition holds, or does not. The
/// nodes that are made have the names of those that they stand for, which `former` then has.
NodeId assuming(Function& f, NodeId root, int level, NodeId condition, bool holds,
                Former* former = nullptr);

/// The states, from 0, of a loop of that level that stay true once they are, all others then being
/// as they were.
std::vector<std::size_t> ending_states(Function& f, int level, std::span<const NodeId> inits,
                                       std::span<const NodeId> nexts);
/// The first of them; none where there is none.
std::optional<std::size_t> ending_state(Function& f, int level, std::span<const NodeId> inits,
                                        std::span<const NodeId> nexts);

/// Whether some loop may have such a state: it has a Bool. Most functions have none.
bool may_leave_loops(const Function& f);

}  // namespace gradsmith
