#include "passes/derivative_matrix.hpp"

#include <catch2/catch.hpp>

#include "gradient_check.hpp"
#include "ir/expr.hpp"
#include "passes/differentiate.hpp"
#include "random_functions.hpp"

using namespace gradsmith;

namespace {

struct Inputs {
  Function f;
  std::vector<Expr> x;
  std::vector<NodeId> ids;

  explicit Inputs(std::size_t count) {
    for (std::size_t k = 0; k < count; ++k) {
      const std::string name = "x" + std::to_string(k);
      x.push_back({&f.graph, f.graph.input(name, scalar_type(Element::F64))});
      ids.push_back(x.back().id);
    }
  }
};

std::vector<std::string> texts(const std::vector<SweepPlan>& plans) {
  std::vector<std::string> all;
  for (const SweepPlan& plan : plans) all.push_back(plan.text());
  return all;
}

/// Every plan there is, worth trying or not.
std::vector<SweepPlan> all_plans(const Dependence& d) {
  SweepPlan columns = by_rows(d);
  columns.rows.assign(d.rows.size(), false);
  columns.columns.assign(d.columns, true);
  SweepPlan mixed = columns;
  mixed.rows[0] = true;
  SweepPlan crossed = by_rows(d);
  crossed.columns[0] = true;
  crossed.rows_first = false;
  return {by_rows(d), columns, mixed, crossed};
}

}  // namespace

TEST_CASE("one result goes by its row, one input by its column") {
  Inputs in(20);
  Expr sum = in.x[0];
  for (const Expr& x : in.x) sum = sum + sin(x);
  CHECK(texts(sweep_plans(dependence(in.f.graph, std::vector{sum.id}, in.ids))) ==
        std::vector<std::string>{"by rows"});
  std::vector<NodeId> results;
  for (int k = 0; k < 20; ++k) results.push_back(exp(in.x[0] * k).id);
  const std::vector<NodeId> one{in.ids[0]};
  CHECK(texts(sweep_plans(dependence(in.f.graph, results, one)))[0] == "by columns");
}

TEST_CASE("a row of many inputs and a column of many results go each its own way") {
  Inputs in(30);
  Expr sum = in.x[0];
  for (const Expr& x : in.x) sum = sum + sin(x);
  Expr deep = in.x[0];
  for (int k = 0; k < 30; ++k) deep = sin(deep);
  std::vector<NodeId> results{sum.id};
  for (int k = 1; k < 30; ++k) results.push_back((deep * k).id);
  const auto plans = sweep_plans(dependence(in.f.graph, results, in.ids));
  CHECK(plans[0].text() == "1 by row, 1 by column");
  CHECK(plans[0].rows[0]);
  CHECK(plans[0].columns[0]);
}

TEST_CASE("every plan finds the derivatives, compared with central differences") {
  test::Random random(7);
  const test::Menu menu{{Op::Neg, Op::Sin, Op::Cos, Op::Tanh, Op::Exp, Op::Atan},
                        {Op::Add, Op::Sub, Op::Mul, Op::Mul, Op::Fmax}};
  int compared = 0;
  for (int round = 0; round < 60; ++round) {
    const Function f = test::random_function(random, menu, Element::F64, 20);
    const std::vector<NodeId> live = reachable(f.graph, output_values(f));
    std::vector<NodeId> results = output_values(f);
    for (NodeId id : live) {
      if (results.size() < 5 && f.graph.element(id) == Element::F64 && random() % 3 == 0) {
        results.push_back(id);
      }
    }
    Function made = f;
    std::vector<NodeId> inputs;
    for (const char* name : {"x", "y", "z"}) {
      inputs.push_back(made.graph.input(name, scalar_type(Element::F64)));
    }
    const Dependence d = dependence(made.graph, results, inputs);
    const Environment at{{"x", 0.3}, {"y", -0.7}, {"z", 0.45}};
    for (const SweepPlan& plan : all_plans(d)) {
      const auto found = entries(made, results, inputs, d, d.rows, plan, "f");
      for (std::size_t i = 0; i < results.size(); ++i) {
        for (std::uint32_t j = 0; j < 3; ++j) {
          const std::string& name = made.graph.input_name(inputs[j]);
          const auto place = std::ranges::find(d.rows[i], j) - d.rows[i].begin();
          const bool is_there = static_cast<std::size_t>(place) < d.rows[i].size();
          const NodeId entry =
              is_there ? found[i][static_cast<std::size_t>(place)] : made.graph.constant(0);
          const long double size =
              std::fabs(evaluate<long double>(made.graph, results[i], at).number());
          if (!(size < 1e3L)) continue;
          INFO(to_infix(made.graph, results[i]) << " by " << name << ", " << plan.text());
          CHECK(worst_disagreement(made.graph, results[i], entry, at, name) < 1e-6L * (1 + size));
          ++compared;
        }
      }
    }
  }
  CHECK(compared > 1500);
}

TEST_CASE("lines that are swept together give the nodes that they give one by one") {
  constexpr std::size_t n = 40;
  Inputs in(n);
  Graph& g = in.f.graph;
  std::vector<NodeId> results;
  for (std::size_t k = 0; k + 2 < n; ++k) {
    const Expr r = exp(in.x[k] * in.x[k + 1]) / (1 + sin(in.x[k + 2]));
    results.push_back(choose(in.x[k] < in.x[k + 2], r * r, in.x[k + 1] * r).id);
  }
  const Dependence d = dependence(g, results, in.ids);
  for (const SweepPlan& plan : all_plans(d)) {
    const auto found = entries(in.f, results, in.ids, d, d.rows, plan, "f");
    for (std::size_t i = 0; i < results.size(); ++i) {
      for (std::size_t k = 0; k < d.rows[i].size(); ++k) {
        const std::uint32_t j = d.rows[i][k];
        const bool by_row = plan.reverse_has(i, j);
        const Seed seed{by_row ? results[i] : in.ids[j], g.constant(1)};
        const auto alone = by_row ? reverse(g, nullptr, "f", std::span(&seed, 1), in.ids)[j]
                                  : forward(g, nullptr, results, std::span(&seed, 1))[i];
        CHECK(found[i][k] == alone);
      }
    }
  }
}
