// No pass may make a derivative less accurate than it was. Random functions are differentiated, the
// finishing passes run one by one, and before and after each the derivatives are evaluated in
// double at random and at special points and compared with the unsimplified derivative in MPFR.
// Errors are in units of what the rounding of one operation of the unsimplified derivative makes at
// most (sensitivity.hpp): half a unit in the last place of its largest term, where it is a sum.
// Left out where MPFR is not installed.
#if GRADSMITH_HAS_MPFR

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "ir/expr.hpp"
#include "passes/cost.hpp"
#include "passes/differentiate.hpp"
#include "passes/factor.hpp"
#include "passes/pipeline.hpp"
#include "passes/rebuild.hpp"
#include "passes/simplify.hpp"
#include "random_functions.hpp"
#include "sensitivity.hpp"

namespace gradsmith::test {
namespace {

// A pass may double the worst error at any of a function's points: it may put a reciprocal for a
// quotient, and take a power apart, each of which costs up to one unit in the last place of a term
// where half a one was, and add the terms in another order.
constexpr double kFactor = 4;
// Nor does it count below this: one operation more or less is no loss.
constexpr double kNoticed = 4;
// Functions whose derivatives are fewer operations than this say little.
constexpr std::ptrdiff_t kFewest = 6;

// Products may be taken in another order: twelve numbers of this range do not overflow in any.
constexpr double kLeast = 1e-25;
constexpr double kMost = 1e25;

struct Subject {
  Function f;                 ///< the unsimplified derivative
  std::vector<bool> authors;  ///< by id: nodes that were there before differentiation
};

/// Derivatives of `outputs` of the four results by x, y and z, beside the value or without it.
Subject differentiated(Function f, std::size_t outputs, bool with_value, bool forwards) {
  f = simplify(std::move(f));
  f.first_derived = static_cast<NodeId>(f.graph.size());
  Graph& g = f.graph;
  std::vector<NodeId> wrt;
  for (const char* name : {"x", "y", "z"}) wrt.push_back(g.input(name, scalar_type(Element::F64)));
  f.outputs.resize(outputs);
  const std::vector<NodeId> values = output_values(f);
  Subject s;
  s.authors.resize(g.size(), false);
  for (NodeId id : reachable(g, values)) s.authors[id] = true;
  std::vector<NodeId> derivatives;
  const NodeId one = g.constant(1);
  if (forwards) {
    for (NodeId by : wrt) {
      const Seed seed{by, one};
      for (NodeId d : forward(g, nullptr, values, std::span(&seed, 1))) derivatives.push_back(d);
    }
  } else {
    for (NodeId of : values) {
      const Seed seed{of, one};
      for (NodeId d : reverse(g, nullptr, "", std::span(&seed, 1), wrt)) derivatives.push_back(d);
    }
  }
  f.value_outputs = with_value ? outputs : 0;
  if (!with_value) f.outputs.clear();
  for (NodeId d : derivatives) f.outputs.push_back({"d" + std::to_string(d), {}, d});
  s.authors.resize(g.size(), false);
  s.f = std::move(f);
  return s;
}

std::vector<std::array<double, 3>> points(Random& random) {
  std::vector<std::array<double, 3>> all;
  std::uniform_real_distribution<double> uniform(-4, 4);
  for (int k = 0; k < 12; ++k) all.push_back({uniform(random), uniform(random), uniform(random)});
  // Where things vanish, agree, nearly agree, or are of very different size.
  const std::vector<double> special{0, 0, 1, -1, 2, 0.5, 1e-8, -1e-8, 1e8, 1e-16, 1e-20, -1e20};
  for (int k = 0; k < 12; ++k) {
    std::array<double, 3> at{pick(special, random), uniform(random), pick(special, random)};
    if (k % 3 == 0) at[1] = at[0];
    if (k % 3 == 1) at[2] = at[1] * (1 + 0x1p-40);
    std::shuffle(at.begin(), at.end(), random);
    all.push_back(at);
  }
  return all;
}

struct Count {
  int points = 0;
  int functions = 0;
  int losses = 0;
};

class Judge {
 public:
  Judge(const Subject& subject, Random& random) : subject_(subject) {
    const Graph& g = subject.f.graph;
    const std::vector<NodeId> all = nodes_of(subject.f);
    for (const auto& at : points(random)) {
      const auto value = evaluate_scalars<double>(g, all, inputs_at(g, at));
      const auto nodes = evaluated(g, output_values(subject.f), value);
      const bool ordinary = std::all_of(nodes.begin(), nodes.end(), [&](NodeId id) {
        const double size = std::fabs(value[id]);
        return size == 0 || (kLeast < size && size < kMost);
      });
      if (!ordinary) continue;
      const Reference reference = reference_at(g, nodes, value, subject.authors);
      if (!reference.smooth) continue;
      points_.push_back({at, {}});
      for (const Output& o : subject.f.outputs) {
        points_.back().exact.emplace_back(reference.value[o.value], reference.largest[o.value]);
      }
    }
  }

  int points_judged() const { return static_cast<int>(points_.size()); }

  /// The worst error of any derivative at any point.
  double worst(const Function& now, std::string& where) const {
    double worst = 0;
    const std::vector<NodeId> nodes = nodes_of(now);
    for (const Point& p : points_) {
      const auto value = evaluate_scalars<double>(now.graph, nodes, inputs_at(now.graph, p.at));
      for (std::size_t k = now.value_outputs; k < now.outputs.size(); ++k) {
        const double is = value[now.outputs[k].value];
        const auto& [exact, largest] = p.exact[k];
        const double error = std::fabs((Wide(is) - exact).number());
        const double units = error == 0 ? 0 : error / (largest * 0x1p-53);
        if (units <= worst) continue;
        worst = std::isnan(units) ? std::numeric_limits<double>::infinity() : units;
        where = fmt::format("at x={} y={} z={}: {}\nwas {}", p.at[0], p.at[1], p.at[2],
                            to_infix(now.graph, now.outputs[k].value),
                            to_infix(subject_.f.graph, subject_.f.outputs[k].value));
      }
    }
    return worst;
  }

 private:
  struct Point {
    std::array<double, 3> at;
    std::vector<std::pair<Wide, double>> exact;  ///< by output: its value and `largest`
  };
  const Subject& subject_;
  std::vector<Point> points_;
};

/// How many operations the derivative adds to the author's.
std::ptrdiff_t added(const Subject& s) {
  return std::ranges::count_if(
      nodes_of(s.f), [&](NodeId id) { return is_operator(s.f.graph.op(id)) && !s.authors[id]; });
}

/// Runs the passes one by one; every loss is reported.
template <class Report>
Count check_accuracy(std::span<const Pass> passes, const Menu& menu, std::uint64_t seed, int trials,
                     const Report& report) {
  Random random(seed);
  Count count;
  for (int trial = 0; trial < trials; ++trial) {
    const Function f =
        random_function(random, menu, Element::F64, 10 + static_cast<int>(random() % 30));
    const Subject subject =
        differentiated(f, trial % 3 == 0 ? 4 : 1, trial % 4 != 3, trial % 5 == 4);
    if (added(subject) < kFewest) continue;
    const Judge judge(subject, random);
    if (judge.points_judged() == 0) continue;
    count.points += judge.points_judged();
    ++count.functions;
    Function now = subject.f;
    std::string where;
    double before = judge.worst(now, where);
    for (const Pass& pass : passes) {
      now = pass.run(std::move(now));
      const double after = judge.worst(now, where);
      if (!(after <= kFactor * std::max(before, kNoticed))) {
        ++count.losses;
        report(fmt::format("trial {}: {} takes the worst error from {:.1f} to {:.1f} units\n{}",
                           trial, pass.name, before, after, where));
      }
      before = after;
    }
  }
  return count;
}

/// c * (p - q) of the author's difference beside k * p or k * q, all of random numbers and
/// products.
Subject multiple_beside_like_term(Random& random) {
  Subject s;
  Graph& g = s.f.graph;
  const auto leaf = [&](const char* name) {
    return Expr{&g, g.input(name, scalar_type(Element::F64))};
  };
  const Expr x = leaf("x"), y = leaf("y"), z = leaf("z");
  const auto number = [&] {
    const double sign = random() % 2 == 0 ? 1 : -1;
    return Expr{&g,
                g.constant(sign * std::exp2(std::uniform_real_distribution<>(-12, 12)(random)))};
  };
  const Expr p = random() % 2 == 0 ? x : x * z;
  const Expr q = random() % 2 == 0 ? y : random() % 2 == 0 ? y * z : y * y;
  const Expr difference = random() % 2 == 0 ? p - q : p + q;
  s.f.outputs.push_back({"", {}, difference.id});
  s.f.value_outputs = random() % 2;
  if (s.f.value_outputs == 0) s.f.outputs.clear();
  s.authors.assign(g.size(), true);
  s.f.first_derived = static_cast<NodeId>(g.size());
  const Expr c = number();
  const Expr derivative = c * difference + number() * (random() % 2 == 0 ? p : q) + number();
  s.f.outputs.push_back({"d", {}, derivative.id});
  s.f.outputs.push_back({"e", {}, (c * p).id});
  s.f.outputs.push_back({"e", {}, (c * q).id});
  s.authors.resize(g.size(), false);
  return s;
}

void fail(const std::string& why) { FAIL_CHECK(why); }

/// Takes the author's differences apart where they are factors.
Function distributed(Function f) {
  Graph& g = f.graph;
  rebuild(f, [&](NodeId, NodeId fresh) {
    if (g.op(fresh) != Op::Mul) return fresh;
    const NodeId difference = g.operand(fresh, 0);
    if (g.op(difference) != Op::Sub) return fresh;
    const NodeId factor = g.operand(fresh, 1);
    const NodeId x = g.apply(Op::Mul, {g.operand(difference, 0), factor});
    return g.apply(Op::Sub, {x, g.apply(Op::Mul, {g.operand(difference, 1), factor})});
  });
  return f;
}

}  // namespace

TEST_CASE("no pass worsens the accuracy of derivatives of smooth functions") {
  const Count count = check_accuracy(finishing(), smooth_menu, 31, 6000, fail);
  CHECK(count.functions > 1500);
  CHECK(count.points > 10000);
}

TEST_CASE("no pass worsens the accuracy of derivatives of sums of products") {
  const Count count = check_accuracy(finishing(), algebra_menu, 32, 6000, fail);
  CHECK(count.functions > 1500);
  CHECK(count.points > 10000);
}

TEST_CASE("factor opens the author's differences only where that costs no accuracy") {
  Random random(34);
  int opened = 0;
  int closed = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    const Subject s = multiple_beside_like_term(random);
    const Judge judge(s, random);
    std::string where;
    const double before = judge.worst(s.f, where);
    const Function now = factor(s.f);
    const double after = judge.worst(now, where);
    INFO("before: " << before << "\n" << where);
    CHECK(after <= kFactor * std::max(before, kNoticed));
    const auto cost = [](const Function& f) { return counted_cost(f); };
    ++(cost(now) < cost(s.f) ? opened : closed);
  }
  CHECK(opened > 300);
  CHECK(closed > 300);
}

TEST_CASE("a pass that took differences apart would be noticed") {
  const std::array passes{Pass{"distributed", distributed}};
  const auto ignore = [](const std::string&) {};
  CHECK(check_accuracy(passes, algebra_menu, 33, 6000, ignore).losses > 2);
}

}  // namespace gradsmith::test

#endif
