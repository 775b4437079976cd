#pragma once

// What conditions say about one another.

#include <optional>

#include "ir/graph.hpp"

namespace gradsmith {

/// Whether exactly one of two conditions holds, always: c and !c, a == b and a != b, and of
/// integers a < b and a >= b.
bool are_opposite(const Graph& g, NodeId a, NodeId b);

/// What a condition is where `given` holds, or does not; empty where that does not say.
std::optional<bool> decided(const Graph& g, NodeId condition, NodeId given, bool holds = true);

}  // namespace gradsmith
