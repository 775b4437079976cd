#include "passes/derive_matrix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "passes/cost.hpp"
#include "passes/derivative_matrix.hpp"
#include "passes/derived_function.hpp"
#include "passes/interface.hpp"
#include "passes/multiply_out.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

/// Nodes that a plan's sweeps visit, about as many as they make: beyond these a Hessian comes from
/// the finished gradient alone, and only one plan is carried out.
constexpr std::int64_t kMostWorkForBases = 50'000;
constexpr std::int64_t kMostWorkForPlans = 1'000'000;

constexpr Pass kMultiplyOut[] = {{"multiply_out", multiply_out}};

bool has_loops(const Function& f) {
  return std::ranges::any_of(reachable(f.graph, output_values(f)),
                             [&](NodeId id) { return is_binder(f.graph.op(id)); });
}

/// Which columns a row may have entries in, where nothing is known.
Dependence everything(std::size_t rows, std::size_t columns) {
  Dependence d;
  d.columns = columns;
  std::vector<std::uint32_t> row;
  for (std::uint32_t j = 0; j < columns; ++j) row.push_back(j);
  d.rows.assign(rows, row);
  d.row_work.assign(rows, 0);
  d.column_work.assign(columns, 0);
  return d;
}

/// The places on and below the diagonal where, by symmetry, both halves may have something.
Sparsity lower_triangle(const Dependence& d) {
  const Sparsity mirrored = transposed(d.rows, d.columns);
  Sparsity lower(d.rows.size());
  for (std::uint32_t i = 0; i < lower.size(); ++i) {
    std::ranges::set_intersection(d.rows[i], mirrored[i], std::back_inserter(lower[i]));
    std::erase_if(lower[i], [&](std::uint32_t j) { return j > i; });
  }
  return lower;
}

/// The places of a matrix, row by row, and a node for each.
struct Places {
  Sparsity rows;
  std::size_t columns = 0;
  std::vector<NodeId> values;
};

/// The derivatives of some results: a function that lacks only the matrix as its last output.
struct Base {
  Function f;
  std::vector<NodeId> results;
  std::vector<NodeId> inputs;
  bool symmetric = false;
};

Places places_of(Base& base, const Dependence& d, const SweepPlan& plan, const std::string& of) {
  Places places{base.symmetric ? lower_triangle(d) : d.rows, d.columns, {}};
  for (const auto& row : entries(base.f, base.results, base.inputs, d, places.rows, plan, of)) {
    places.values.insert(places.values.end(), row.begin(), row.end());
  }
  return places;
}

/// All entries of the matrix, row-major.
std::vector<NodeId> dense(Graph& g, const Places& places, bool symmetric) {
  const std::size_t n = places.columns;
  std::vector<NodeId> all(places.rows.size() * n, g.number(Element::F64, 0));
  auto value = places.values.begin();
  for (std::size_t i = 0; i < places.rows.size(); ++i) {
    for (std::uint32_t j : places.rows[i]) {
      all[i * n + j] = *value;
      if (symmetric) all[j * n + i] = *value;
      ++value;
    }
  }
  return all;
}

/// The numbers of a function's last output, which is flat.
std::span<const NodeId> flat_numbers(const Function& f) {
  return f.graph.operands(f.outputs.back().value);
}

/// Keeps of the candidates offered the one that costs least when finished, and where all of them
/// have something.
class Cheapest {
 public:
  explicit Cheapest(const PassObserver& observer) : observer_(observer) {}

  /// `places` are those of the flat output, if that is sparse.
  void offer(Function candidate, Places places) {
    candidate = run_passes(finishing(), std::move(candidate), observer_);
    // Matrices are full of constant multiples of inputs, by themselves and in sums.
    Function inside = run_passes(kMultiplyOut, candidate, observer_);
    if (counted_cost(inside) < counted_cost(candidate)) candidate = std::move(inside);
    Sparsity nonzeros(places.rows.size());
    std::size_t k = 0;
    for (std::size_t i = 0; i < places.rows.size(); ++i) {
      for (std::uint32_t j : places.rows[i]) {
        places.values[k] = flat_numbers(candidate)[k];
        if (!candidate.graph.is_constant(places.values[k++], 0)) nonzeros[i].push_back(j);
      }
      if (!best_) continue;
      Sparsity::value_type both;
      std::ranges::set_intersection(nonzeros[i], nonzeros_[i], std::back_inserter(both));
      nonzeros[i] = std::move(both);
    }
    nonzeros_ = std::move(nonzeros);
    const std::int64_t cost = counted_cost(candidate);
    if (best_ && cost >= cost_) return;
    cost_ = cost;
    best_ = std::move(candidate);
    places_ = std::move(places);
  }

  Function& best() { return *best_; }
  const Places& places() const { return places_; }
  const Sparsity& nonzeros() const { return nonzeros_; }

 private:
  const PassObserver& observer_;
  std::optional<Function> best_;
  std::int64_t cost_ = 0;
  Places places_;
  Sparsity nonzeros_;
};

class Matrix {
 public:
  Matrix(const Function& primal, const Word& word, const PassObserver& observer)
      : primal_(primal), word_(word), observer_(observer), cheapest_(observer) {}

  std::vector<Item> items() {
    if (is_hessian()) {
      scalar_output(primal_, word_);
      const std::int64_t work = offer_all(gradient_base(true));
      if (work <= kMostWorkForBases) offer_all(gradient_base(false));
    } else {
      Base base{with_value(primal_, word_.text, comment()), {}, {}, false};
      base.results = output_elements(base.f);
      offer_all(std::move(base));
    }
    if (is_sparse()) return compressed();
    return {std::move(cheapest_.best())};
  }

 private:
  bool is_sparse() const {
    return word_.kind == WordKind::SparseJacobian || word_.kind == WordKind::SparseHessian;
  }
  bool is_hessian() const {
    return word_.kind == WordKind::Hessian || word_.kind == WordKind::SparseHessian;
  }
  std::string name() const { return primal_.name + "_" + word_.text; }

  std::string comment() const {
    const std::string& of = primal_.name;
    switch (word_.kind) {
      case WordKind::Jacobian:
        return fmt::format("The value of {0} and its Jacobian, {0}_rows by {0}_cols, row-major.",
                           of);
      case WordKind::Hessian:
        return fmt::format("The value of {}, its gradient in d, and its Hessian, row-major.", of);
      case WordKind::SparseJacobian:
        return fmt::format(
            "The value of {} and, row by row, the entries of its Jacobian that are "
            "not always zero: values[k] is in column {}_columns[k].",
            of, name());
      default:
        return fmt::format(
            "Row by row, the entries of the lower triangle of the Hessian of {} that "
            "are not always zero: values[k] is in column {}_columns[k].",
            of, name());
    }
  }

  /// For a Hessian the rows and columns are those of the gradient's derivatives.
  std::string how(const SweepPlan& plan) const {
    if (!is_hessian()) return plan.text();
    if (std::ranges::count(plan.columns, true) == 0) return plan.text() + ", reverse over reverse";
    if (std::ranges::count(plan.rows, true) == 0) return plan.text() + ", forward over reverse";
    return plan.text() + ", over reverse";
  }

  /// The gradient, finished as one that is emitted is, or only simplified.
  Base gradient_base(bool finished) const {
    Base base;
    base.symmetric = true;
    const std::span<const Pass> passes = finished ? finishing() : finishing().first(1);
    if (word_.kind == WordKind::Hessian) {
      base.f = run_passes(passes, gradient(primal_, word_), observer_);
      base.results = derivative_outputs(base.f);
    } else {
      base.f = inputs_only(primal_, name());
      const auto partials = gradient_of(base.f, scalar_output(primal_, word_), primal_.name);
      // For the passes they are members of a result.
      for (std::size_t k = 0; k < partials.size(); ++k) {
        const std::vector<Step> steps{Step{fmt::format("{}", k)}};
        base.f.outputs.push_back({"", steps, partials[k]});
        base.f.result_leaves.push_back({steps, base.f.graph[partials[k]].type, kNoNode});
      }
      base.f = run_passes(passes, std::move(base.f), observer_);
      base.results = output_values(base.f);
      base.f.outputs.clear();
      base.f.result_leaves.clear();
    }
    base.f.comment = comment();
    return base;
  }

  /// The matrix of a base by every plan worth trying; gives the least work.
  std::int64_t offer_all(Base base) {
    base.inputs = differentiated_elements(base.f);
    const bool loops = has_loops(primal_);
    const Dependence d = loops ? everything(base.results.size(), base.inputs.size())
                               : dependence(base.f.graph, base.results, base.inputs);
    std::vector<SweepPlan> plans = loops ? std::vector{by_rows(d)} : sweep_plans(d);
    if (plans[0].work > kMostWorkForPlans) plans.resize(1);
    for (const SweepPlan& plan : plans) {
      Base tried = base;
      Places places = places_of(tried, d, plan, primal_.name);
      const std::string flat = is_sparse() ? "values" : is_hessian() ? "h" : "jacobian";
      add_flat_output(tried.f, free_name(tried.f, flat), common_element(primal_),
                      is_sparse() ? places.values : dense(tried.f.graph, places, base.symmetric));
      tried.f.accumulation = how(plan);
      if (!is_sparse()) places = {};
      cheapest_.offer(std::move(tried.f), std::move(places));
    }
    return plans[0].work;
  }

  /// Without what is zero, and with the constants that say where the rest stands.
  std::vector<Item> compressed() {
    Function& f = cheapest_.best();
    const Places& places = cheapest_.places();
    std::vector<std::int64_t> starts{0};
    std::vector<std::int64_t> columns;
    std::vector<NodeId> values;
    auto value = places.values.begin();
    for (std::size_t i = 0; i < places.rows.size(); ++i) {
      for (std::uint32_t j : places.rows[i]) {
        if (std::ranges::binary_search(cheapest_.nonzeros()[i], j)) {
          columns.push_back(j);
          values.push_back(*value);
        }
        ++value;
      }
      starts.push_back(static_cast<std::int64_t>(columns.size()));
    }
    replace_flat_output(f, values);
    const std::string n = name();
    const auto count = static_cast<std::int64_t>(columns.size());
    return {NamedConstant{n + "_rows", static_cast<std::int64_t>(places.rows.size()), ""},
            NamedConstant{n + "_cols", static_cast<std::int64_t>(places.columns), ""},
            NamedConstant{n + "_nonzeros", count, ""},
            NamedTable{n + "_row_starts", std::move(starts),
                       "Where each row's entries begin, and behind them the end of the last."},
            NamedTable{n + "_columns", std::move(columns), "The column of each entry."},
            std::move(f)};
  }

  const Function& primal_;
  const Word& word_;
  const PassObserver& observer_;
  Cheapest cheapest_;
};

}  // namespace

std::vector<Item> derive_matrix(const Function& primal, const Word& word,
                                const PassObserver& observer) {
  return Matrix(primal, word, observer).items();
}

}  // namespace gradsmith
