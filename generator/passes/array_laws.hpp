#pragma once

// The laws of structural nodes that no line of text can say: what an element of a Map, Pack, OneHot
// or Write is, conversions there and back, states that no trip changes, rows of few numbers,
// choices that others decide.

#include <optional>

#include "ir/graph.hpp"
#include "passes/rules.hpp"

namespace gradsmith {

/// What a node equals by a law of its kind, one step; empty where no law applies. All laws are
/// exact but one: a loop that sums zeros is its start, which is `Finite`.
///
/// An element of a Map is its body at that index where the index is a constant (then nothing is
/// computed twice, since equal elements are one node) or the body is cheap; any other Map stays.
std::optional<NodeId> apply_array_law(Graph& graph, NodeId id, const Permission& permission);

/// An element of an array after a single assignment, where the two places are known to be the same,
/// or not to be.
std::optional<NodeId> at_assignment(Graph& graph, NodeId at);

}  // namespace gradsmith
