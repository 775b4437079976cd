#pragma once

// How much integer states of loops grow from trip to trip, and so how large what a loop counts can
// become.

#include <functional>
#include <optional>

#include "ir/graph.hpp"

namespace gradsmith {

/// What a trip adds to an integer state, at least and at most.
struct Growth {
  std::int64_t least = 0;
  std::int64_t most = 0;
};

/// Of a state whose next value is `next`; empty where it does more than add constants.
std::optional<Growth> growth(const Graph& g, NodeId next, NodeId state);

/// What an expression is at most, or at least.
using BoundOf = std::function<NodeId(NodeId expression, bool most)>;

/// The most, or the least, that an operation is which keeps the order of its operands or turns it,
/// by what `bound` says of those; kNoNode for others.
NodeId bound_by_operands(Graph& graph, NodeId node, bool most, const BoundOf& bound);

/// At least as much as an extent that loops have counted, by their numbers of trips: a count that
/// grows by at most one a trip is no more than there are trips. The extent itself where nothing in
/// it is counted; kNoNode where no bound is known.
NodeId largest_count(Graph& graph, NodeId extent);

/// The loop of which a node is the number of some trips, or of all: a state that starts at 0 and to
/// which a trip adds 0 or 1. kNoNode for other nodes.
NodeId loop_counted_by(const Graph& g, NodeId node);

}  // namespace gradsmith
