#include "passes/colouring.hpp"

#include <algorithm>

namespace gradsmith {

Sparsity orthogonal_groups(const Sparsity& rows, std::span<const std::uint32_t> columns) {
  std::size_t width = 0;
  for (std::uint32_t j : columns) width = std::max<std::size_t>(width, j + std::size_t{1});
  for (const auto& row : rows) {
    if (!row.empty()) width = std::max<std::size_t>(width, row.back() + std::size_t{1});
  }
  const Sparsity rows_of = transposed(rows, width);
  Sparsity groups;
  Sparsity taken(rows.size());  // by row, the groups that have something in it
  std::vector<std::uint32_t> not_for(columns.size() + 1,
                                     0);  // by group: 1 + the last column barred
  for (std::uint32_t j : columns) {
    for (std::uint32_t i : rows_of[j]) {
      for (std::uint32_t group : taken[i]) not_for[group] = j + 1;
    }
    std::uint32_t group = 0;
    while (not_for[group] == j + 1) ++group;
    if (group == groups.size()) groups.emplace_back();
    groups[group].push_back(j);
    for (std::uint32_t i : rows_of[j]) taken[i].push_back(group);
  }
  return groups;
}

}  // namespace gradsmith
