#pragma once

// Constant folding: only through operations that IEEE 754 and C++ define exactly, never through the
// host's libm, so that output is the same bytes on every machine.

#include <optional>

#include "ir/graph.hpp"

namespace gradsmith {

/// The constant that a node equals whose operands are all constants: + - * / sqrt fma, negation,
/// comparisons, logic, min, max, fabs, copysign, floor, ceil, trunc, conversions, integer
/// arithmetic, and an If of constant condition (which gives the side, constant or not). Empty where
/// the node is no such operation, or where C++ leaves the result undefined (division of integers by
/// zero, overflow, conversions out of range).
std::optional<NodeId> fold_constant(Graph& graph, NodeId id);

/// An operator applied to two operands: the constant that it gives, where it gives one.
NodeId folded(Graph& graph, Op op, NodeId a, NodeId b);

}  // namespace gradsmith
