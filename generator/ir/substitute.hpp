#pragma once

// Substitution into open bodies: the only way into a closed loop.

#include <span>
#include <unordered_map>

#include "ir/graph.hpp"

namespace gradsmith {

/// `body` with every free Bound(level, k) replaced by values[k] (kNoNode: left as it is). Loops
/// inside are closed again at their canonical level, and nothing in `values` is captured by them.
/// Linear in the nodes of the body that depend on the level.
NodeId substitute(Graph& graph, NodeId body, int level, std::span<const NodeId> values);

/// `body` with Bound(from, .) renamed to Bound(to, .).
NodeId relevel(Graph& graph, NodeId body, int from, int to);

/// `body` with some nodes replaced, from[i] by to[i], which mentions no level that from[i] does
/// not. Loops that bind a level that from[i] mentions stay as they are.
NodeId replace(Graph& graph, NodeId body, std::span<const NodeId> from, std::span<const NodeId> to);

/// Puts in what nodes have become, as far as `now` says; whether any has become another one.
bool renew(std::span<NodeId> nodes, const std::unordered_map<NodeId, NodeId>& now);

/// How many trips a range makes, as an Index node; never negative.
NodeId trip_count(Graph& graph, const Range& range);

/// The condition that a loop over a range makes a trip, and whether a condition is that one.
NodeId makes_a_trip(Graph& graph, const Range& range);
bool says_a_trip_is_made(const Graph& graph, NodeId condition, const Range& range);

/// The number of trips of a range of constants.
std::int64_t trip_count(std::int64_t begin, std::int64_t end, std::int64_t step);

/// (index - begin) / step: the number of the trip at which a loop over the range has that index.
NodeId trip_at(Graph& graph, const Range& range, NodeId index);

/// The same indices in the opposite order.
Range reversed(Graph& graph, const Range& range);

/// begin + trip * step: the index at a trip number.
NodeId index_at_trip(Graph& graph, const Range& range, NodeId trip);

}  // namespace gradsmith
