#pragma once

// Sums over loops in eight lanes.

#include "ir/function.hpp"

namespace gradsmith {

/// Loops of the function's own scope that only add up (numbers, or into arrays), or look for the
/// least or greatest, run over eight of their trips at once: what depends on the trip becomes an
/// array of eight, computed by loops of constant length that compilers turn into vector code; the
/// trips that are left over follow one by one. The order of additions is the same on every machine.
/// Loops whose elements do not lie side by side, that call functions or decide what to compute,
/// stay as they are; so does everything under FpPolicy::Strict, as sums are added in another order.
Function lanes(Function f);

/// What stands for each final state of one such loop, in whatever scope; none where it stays as it
/// is.
std::vector<NodeId> finals_in_lanes(Graph& graph, NodeId fold);

}  // namespace gradsmith
