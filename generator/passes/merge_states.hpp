#pragma once

// States of a loop that hold the same in every trip, made one, and states that never change.

#include "ir/function.hpp"

namespace gradsmith {

/// Two states are the same where they start with the same node and go on with the same, granted
/// that they are the same so far: the coarsest partition for which that holds. A state that every
/// trip leaves as it was is what it starts with. Loops that are traced stay as they are.
Function merge_states(Function f);

/// Which states of a loop of that level are equal in every trip: by state, the number of its class.
std::vector<int> equal_states(Function& f, int level, const std::vector<NodeId>& inits,
                              const std::vector<NodeId>& nexts);

}  // namespace gradsmith
