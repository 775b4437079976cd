#pragma once

// Where statements write in an array: its first subscripts.

#include <optional>
#include <vector>

#include "ir/graph.hpp"
#include "ir/polynomial.hpp"

namespace gradsmith {

/// The first subscripts at which an array is written; empty where not all are known.
using Rows = std::optional<std::vector<NodeId>>;

/// Those between two versions of one array, all fixed outside loops above `scope`.
Rows rows_between(const Graph& g, NodeId version, NodeId until, int scope);

/// Those at which one trip of a loop writes its k-th state, fixed outside loops above `scope`.
Rows rows_in(const Graph& g, const FoldParts& loop, std::size_t k, int scope);

/// Whether a row differs from each of others by a number that is not zero, as polynomials.
bool all_differ(Polynomials& polynomials, const std::vector<NodeId>& rows, NodeId row);

}  // namespace gradsmith
