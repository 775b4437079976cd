#pragma once

// Matrices of derivatives: which sweeps find their entries, and the entries.

#include <string>

#include "ir/function.hpp"
#include "passes/dependence.hpp"

namespace gradsmith {

/// Some rows by reverse sweeps, some columns by forward ones, so that every entry that may be other
/// than zero is found. Where a row and a column cross, the one that is `rows_first` has the entry.
struct SweepPlan {
  std::vector<bool> rows;
  std::vector<bool> columns;
  bool rows_first = true;
  std::int64_t work = 0;  ///< the nodes that its sweeps visit

  bool reverse_has(std::size_t row, std::size_t column) const {
    return rows[row] && (rows_first || !columns[column]);
  }
  /// "by rows", "by columns", "3 by row, 2 by column".
  std::string text() const;
};

/// The plans worth trying, the one of least work first: by rows, by columns, and where that is less
/// work than either, by those rows or columns that have most entries and the other way for the
/// rest. Plans of four times the least work are left out.
std::vector<SweepPlan> sweep_plans(const Dependence& dependence);

/// By rows alone, for graphs with loops.
SweepPlan by_rows(const Dependence& dependence);

/// The derivatives of `results` by `inputs` at the places of `wanted`, which are among those of
/// `dependence`: as many nodes in each row. Columns that no result has in common are swept at once,
/// and rows likewise, which gives the same nodes as one by one would, in less time
/// (docs/adr/0007-sparse-derivatives.md). With one result the adjoints are named after it, `of`.
std::vector<std::vector<NodeId>> entries(Function& f, std::span<const NodeId> results,
                                         std::span<const NodeId> inputs,
                                         const Dependence& dependence, const Sparsity& wanted,
                                         const SweepPlan& plan, const std::string& of);

}  // namespace gradsmith
