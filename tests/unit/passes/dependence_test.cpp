#include "passes/dependence.hpp"

#include <catch2/catch.hpp>

#include "ir/expr.hpp"

using namespace gradsmith;

namespace {

using Row = std::vector<std::uint32_t>;

struct Inputs {
  Graph g;
  std::vector<Expr> x;
  std::vector<NodeId> ids;

  explicit Inputs(std::size_t count) {
    for (std::size_t k = 0; k < count; ++k) {
      x.push_back({&g, g.input("x" + std::to_string(k), scalar_type(Element::F64))});
      ids.push_back(x.back().id);
    }
  }
};

}  // namespace

TEST_CASE("a row has the columns that its result is computed from") {
  Inputs in(3);
  const auto& x = in.x;
  const NodeId results[] = {(x[0] * sin(x[2])).id, x[1].id, in.g.constant(3)};
  const Dependence d = dependence(in.g, results, in.ids);
  CHECK(d.rows == Sparsity{{0, 2}, {1}, {}});
  CHECK(d.columns == 3);
  CHECK(transposed(d.rows, d.columns) == Sparsity{{0}, {1}, {0}});
}

TEST_CASE("a condition and an integer carry no derivative") {
  Inputs in(2);
  const Expr i{&in.g, in.g.input("i", scalar_type(Element::Index))};
  const Expr scaled = Expr{&in.g, in.g.convert(Element::F64, i.id)} * in.x[1];
  const NodeId results[] = {choose(in.x[0] < 1, scaled, in.x[1]).id};
  CHECK(dependence(in.g, results, in.ids).rows == Sparsity{{1}});
}

TEST_CASE("what is differentiated by is held as independent") {
  Inputs in(2);
  const Expr u = in.x[0] * in.x[1];
  const NodeId by[] = {u.id, in.x[1].id};
  const NodeId results[] = {(u * u).id};
  CHECK(dependence(in.g, results, by).rows == Sparsity{{0}});
}

TEST_CASE("work is the number of nodes that a sweep along a row or column visits") {
  Inputs in(2);
  const Expr s = sin(in.x[0]);
  const NodeId results[] = {(s * in.x[1]).id, exp(s).id};
  const Dependence d = dependence(in.g, results, in.ids);
  CHECK(d.row_work == std::vector<std::int64_t>{4, 3});     // x0 x1 s, s * x1; x0 s, exp
  CHECK(d.column_work == std::vector<std::int64_t>{4, 2});  // x0 s, s * x1, exp; x1, s * x1
}

TEST_CASE("rows and columns beyond the sixty-fourth are found like the first") {
  constexpr std::size_t n = 200;
  Inputs in(n);
  std::vector<NodeId> results;
  Expr sum = in.x[0];
  for (std::size_t k = 1; k < n; ++k) {
    results.push_back((in.x[k - 1] * in.x[k]).id);
    sum = sum + in.x[k];
  }
  results.push_back(sum.id);
  const Dependence d = dependence(in.g, results, in.ids);
  for (std::uint32_t k = 1; k < n; ++k) {
    CHECK(d.rows[k - 1] == Row{k - 1, k});
    CHECK(d.row_work[k - 1] == 3);
  }
  CHECK(d.rows[n - 1].size() == n);
  CHECK(d.row_work[n - 1] == 2 * n - 1);
  CHECK(d.column_work[n - 1] == 3);      // itself, a product, the last sum
  CHECK(d.column_work[0] == n - 1 + 2);  // itself, a product, all sums
}
