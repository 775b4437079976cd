#pragma once

// Which results depend on which inputs, and how much work it is to follow that: what the choice
// between rows and columns of a matrix of derivatives starts from.

#include <cstdint>
#include <span>
#include <vector>

#include "ir/graph.hpp"

namespace gradsmith {

/// The rows of a matrix by the columns in which they may have something, ascending.
using Sparsity = std::vector<std::vector<std::uint32_t>>;

/// Of the matrix of derivatives of some results (rows) by some inputs (columns).
struct Dependence {
  Sparsity rows;
  std::size_t columns = 0;
  /// For each row, the nodes that it needs and that depend on some input: a reverse sweep visits
  /// them.
  std::vector<std::int64_t> row_work;
  /// For each column, the nodes that depend on it and that some result needs: so does a forward
  /// sweep.
  std::vector<std::int64_t> column_work;
};

/// Follows floating operands, so that a row may have columns whose entries turn out to be zero, but
/// none that it lacks is anything else. `inputs` hold as quantities of their own. For graphs
/// without loops. Time: the size of the graph for every 64 rows and every 64 columns.
Dependence dependence(const Graph& graph, std::span<const NodeId> results,
                      std::span<const NodeId> inputs);

/// The columns by the rows in which they have something, ascending.
Sparsity transposed(const Sparsity& rows, std::size_t columns);

}  // namespace gradsmith
