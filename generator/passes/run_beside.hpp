#pragma once

// Loops that run anyway, and what others under conditions can share with them.

#include <span>
#include <unordered_map>
#include <vector>

#include "ir/function.hpp"
#include "ir/regions.hpp"

namespace gradsmith {

/// The regions that loops under conditions on sizes may run in, those of loops over the same range
/// that run anyway: `if (2 < n) d[2] = sum over i of exp(x[i]) * 2` costs next to nothing in a loop
/// that computes exp(x[i]). Only where that loop computes all calls of the other, and reads all
/// that it reads; or where the condition is that there is a trip. The loops of a group stand in one
/// scope and in the same bodies, over one range; those that stay where they are have no entry.
std::unordered_map<NodeId, Regions::Id> regions_to_run_in(
    const Function& f, const Regions& regions, std::span<const std::vector<NodeId>> groups);

}  // namespace gradsmith
