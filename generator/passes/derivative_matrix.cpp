#include "passes/derivative_matrix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "passes/colouring.hpp"
#include "passes/differentiate.hpp"

namespace gradsmith {
namespace {

constexpr std::int64_t kFarMore = 4;

std::int64_t sum(const std::vector<std::int64_t>& work) {
  return std::accumulate(work.begin(), work.end(), std::int64_t{0});
}

/// A choice of lines (rows, or columns) for one kind of sweep, and of lines across for the other.
struct Cover {
  std::vector<bool> lines;
  std::vector<bool> across;
  std::int64_t work = 0;
};

/// The cheapest among: the lines of most entries, however many of them, and what crosses the
/// others.
Cover densest_first(const Sparsity& lines, const std::vector<std::int64_t>& line_work,
                    const std::vector<std::int64_t>& across_work) {
  std::vector<std::size_t> order(lines.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](auto a, auto b) { return lines[a].size() > lines[b].size(); });
  std::vector<std::size_t> left(across_work.size(),
                                0);  // by line across, the entries still to find
  for (const auto& line : lines) {
    for (std::uint32_t j : line) ++left[j];
  }
  std::int64_t work = 0;
  for (std::size_t j = 0; j < left.size(); ++j) work += left[j] > 0 ? across_work[j] : 0;
  std::int64_t least = work;
  std::size_t taken = 0;
  for (std::size_t k = 0; k < order.size(); ++k) {
    if (!lines[order[k]].empty()) work += line_work[order[k]];
    for (std::uint32_t j : lines[order[k]]) {
      if (--left[j] == 0) work -= across_work[j];
    }
    if (work >= least) continue;
    least = work;
    taken = k + 1;
  }
  Cover cover{std::vector<bool>(lines.size(), false), std::vector<bool>(left.size(), false), least};
  for (std::size_t k = 0; k < order.size(); ++k) {
    if (k < taken) {
      cover.lines[order[k]] = true;
    } else {
      for (std::uint32_t j : lines[order[k]]) cover.across[j] = true;
    }
  }
  return cover;
}

std::vector<std::uint32_t> chosen(const std::vector<bool>& from) {
  std::vector<std::uint32_t> result;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (from[i]) result.push_back(static_cast<std::uint32_t>(i));
  }
  return result;
}

}  // namespace

std::string SweepPlan::text() const {
  const auto row_count = std::ranges::count(rows, true);
  const auto column_count = std::ranges::count(columns, true);
  if (column_count == 0) return "by rows";
  if (row_count == 0) return "by columns";
  return fmt::format("{} by row, {} by column", row_count, column_count);
}

SweepPlan by_rows(const Dependence& d) {
  return {std::vector<bool>(d.rows.size(), true), std::vector<bool>(d.columns, false), true,
          sum(d.row_work)};
}

std::vector<SweepPlan> sweep_plans(const Dependence& d) {
  std::vector<SweepPlan> plans{by_rows(d),
                               {std::vector<bool>(d.rows.size(), false),
                                std::vector<bool>(d.columns, true), true, sum(d.column_work)}};
  const Cover rows = densest_first(d.rows, d.row_work, d.column_work);
  const Cover columns = densest_first(transposed(d.rows, d.columns), d.column_work, d.row_work);
  const std::int64_t least_pure = std::min(plans[0].work, plans[1].work);
  if (std::min(rows.work, columns.work) < least_pure) {
    if (rows.work <= columns.work) {
      plans.push_back({rows.lines, rows.across, true, rows.work});
    } else {
      plans.push_back({columns.across, columns.lines, false, columns.work});
    }
  }
  std::stable_sort(plans.begin(), plans.end(),
                   [](const SweepPlan& a, const SweepPlan& b) { return a.work < b.work; });
  const std::int64_t most = kFarMore * plans[0].work;
  std::erase_if(plans, [&](const SweepPlan& p) { return p.work > most; });
  return plans;
}

std::vector<std::vector<NodeId>> entries(Function& f, std::span<const NodeId> results,
                                         std::span<const NodeId> inputs, const Dependence& d,
                                         const Sparsity& wanted, const SweepPlan& plan,
                                         const std::string& of) {
  Graph& g = f.graph;
  std::vector<std::vector<NodeId>> found(wanted.size());
  Sparsity reverse_wants(wanted.size());
  Sparsity forward_wants(inputs.size());  // by column
  const auto place = [&](std::uint32_t i, std::uint32_t j) -> NodeId& {
    const auto at = std::ranges::lower_bound(wanted[i], j);
    return found[i][static_cast<std::size_t>(at - wanted[i].begin())];
  };
  for (std::uint32_t i = 0; i < wanted.size(); ++i) {
    found[i].resize(wanted[i].size(), kNoNode);
    for (std::uint32_t j : wanted[i]) {
      if (plan.reverse_has(i, j)) {
        reverse_wants[i].push_back(j);
      } else {
        forward_wants[j].push_back(i);
      }
    }
  }
  const auto one = [&](NodeId id) { return Seed{id, g.number(g.element(id), 1)}; };
  /// The lines across that a group wants, ascending, each once.
  const auto needed = [](const Sparsity& wants, const std::vector<std::uint32_t>& group) {
    std::vector<std::uint32_t> all;
    for (std::uint32_t line : group) all.insert(all.end(), wants[line].begin(), wants[line].end());
    std::ranges::sort(all);
    const auto twins = std::ranges::unique(all);
    all.erase(twins.begin(), twins.end());
    return all;
  };
  const auto nodes = [](std::span<const NodeId> from, const std::vector<std::uint32_t>& which) {
    std::vector<NodeId> result;
    for (std::uint32_t k : which) result.push_back(from[k]);
    return result;
  };

  const Sparsity by_column = transposed(d.rows, d.columns);
  for (const auto& group : orthogonal_groups(by_column, chosen(plan.rows))) {
    const std::vector<std::uint32_t> by = needed(reverse_wants, group);
    if (by.empty()) continue;
    std::vector<Seed> seeds;
    for (std::uint32_t i : group) seeds.push_back(one(results[i]));
    Provenance* provenance = results.size() == 1 ? &f.provenance : nullptr;
    const auto adjoints = reverse(g, provenance, of, seeds, nodes(inputs, by));
    for (std::uint32_t i : group) {
      for (std::uint32_t j : reverse_wants[i]) {
        place(i, j) =
            adjoints[static_cast<std::size_t>(std::ranges::lower_bound(by, j) - by.begin())];
      }
    }
  }
  for (const auto& group : orthogonal_groups(d.rows, chosen(plan.columns))) {
    const std::vector<std::uint32_t> of_rows = needed(forward_wants, group);
    if (of_rows.empty()) continue;
    std::vector<Seed> seeds;
    for (std::uint32_t j : group) seeds.push_back(one(inputs[j]));
    const auto tangents = forward(g, nullptr, nodes(results, of_rows), seeds);
    for (std::uint32_t j : group) {
      for (std::uint32_t i : forward_wants[j]) {
        place(i, j) = tangents[static_cast<std::size_t>(std::ranges::lower_bound(of_rows, i) -
                                                        of_rows.begin())];
      }
    }
  }
  return found;
}

}  // namespace gradsmith
