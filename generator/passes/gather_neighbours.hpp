#pragma once

// What trips add to neighbouring elements, found from the elements' side.

#include <span>

#include "ir/graph.hpp"

namespace gradsmith {

/// The array that the trips of a loop add up from zeros on, where each of the `terms` is an element
/// (a OneHot) a known number of places beside the loop's index, and all are one value u, times what
/// no trip changes:
///
///     for j: a[j - 1] += c * u(j);  a[j + 1] += d * u(j)
///
/// u is kept once, between as many zeros as the elements are apart at most, and each element is the
/// sum of what its neighbours hold. `level` is the terms' loop's. kNoNode where the elements are
/// fewer than two, the values are not one value, or the number of trips is not known outside of all
/// loops. Elements' terms are added in another order, and some are sums with zeros.
NodeId gathered_neighbours(Graph& graph, int level, const Range& range,
                           std::span<const NodeId> terms);

}  // namespace gradsmith
