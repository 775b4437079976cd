#pragma once

// Derivatives of nodes, on any graph: reverse accumulation (loops, arrays and branches included)
// and forward tangents. The rules of single operators stand in ir/ops.def.

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ir/function.hpp"

namespace gradsmith {

/// A node and the adjoint that it starts with, of the same type.
struct Seed {
  NodeId node = kNoNode;
  NodeId adjoint = kNoNode;
};

/// Reverse accumulation: for each node of `wrt` the sum over seeds of adjoint * d seed / d wrt, of
/// the wrt node's type (zeros where nothing depends on it). A wrt node is held as an independent
/// quantity: nothing flows through it to its own operands. Contributions from a branch stay guarded
/// by its condition, so that a side not taken neither costs nor poisons. Adjoints of named nodes
/// get a name (`d_z1`) and, with `of`, a meaning ("d loss / d z1") in `provenance`. An element that
/// only loops read which do not change its place gets its adjoint after them, where it is in the
/// array: such a loop may make no trip. `lengths` says what stands for the extents of pointers.
std::vector<NodeId> reverse(Graph& graph, Provenance* provenance, const std::string& of,
                            std::span<const Seed> seeds, std::span<const NodeId> wrt,
                            std::span<const Length> lengths = {});

/// Forward accumulation: the tangent of each root when each of `wrt` has the tangent beside it, of
/// its own type. Operands without a tangent contribute nothing. For graphs without loops.
std::vector<NodeId> forward(Graph& graph, Provenance* provenance, std::span<const NodeId> roots,
                            std::span<const Seed> wrt);

/// The textbook derivative by a scalar input, as the tangent rules give it, nothing simplified:
/// d(4*x)/dx is ((0 * x) + (4 * 1)). For scalar graphs without loops.
NodeId textbook_derivative(Graph& graph, NodeId root, NodeId wrt);

}  // namespace gradsmith
