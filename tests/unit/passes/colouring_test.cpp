#include "passes/colouring.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

using namespace gradsmith;

namespace {

std::vector<std::uint32_t> all(std::uint32_t count) {
  std::vector<std::uint32_t> columns;
  for (std::uint32_t j = 0; j < count; ++j) columns.push_back(j);
  return columns;
}

}  // namespace

TEST_CASE("a band of three diagonals needs three groups of columns, however long") {
  constexpr std::uint32_t n = 100;
  Sparsity rows;
  for (std::uint32_t i = 0; i + 2 < n; ++i) rows.push_back({i, i + 1, i + 2});
  const Sparsity groups = orthogonal_groups(rows, all(n));
  REQUIRE(groups.size() == 3);
  CHECK(groups[1] == Sparsity::value_type{1,  4,  7,  10, 13, 16, 19, 22, 25, 28, 31,
                                          34, 37, 40, 43, 46, 49, 52, 55, 58, 61, 64,
                                          67, 70, 73, 76, 79, 82, 85, 88, 91, 94, 97});
}

TEST_CASE("a row that has all columns parts them all") {
  CHECK(orthogonal_groups({{0, 1, 2}, {2}}, all(3)) == Sparsity{{0}, {1}, {2}});
  CHECK(orthogonal_groups({{}, {}}, all(3)) == Sparsity{{0, 1, 2}});
}

TEST_CASE("no two columns of a group meet in any row, and each column is in one group") {
  std::mt19937_64 random(1);
  for (int round = 0; round < 50; ++round) {
    const auto n = static_cast<std::uint32_t>(1 + random() % 30);
    Sparsity rows(1 + random() % 30);
    for (auto& row : rows) {
      for (std::uint32_t j = 0; j < n; ++j) {
        if (random() % 6 == 0) row.push_back(j);
      }
    }
    std::vector<std::uint32_t> wanted = all(n);
    std::erase_if(wanted, [&](auto) { return random() % 4 == 0; });
    std::vector<std::uint32_t> seen;
    for (const auto& group : orthogonal_groups(rows, wanted)) {
      seen.insert(seen.end(), group.begin(), group.end());
      for (const auto& row : rows) {
        CHECK(std::ranges::count_if(row, [&](std::uint32_t j) {
                return std::ranges::find(group, j) != group.end();
              }) <= 1);
      }
    }
    std::ranges::sort(seen);
    CHECK(seen == wanted);
  }
}
