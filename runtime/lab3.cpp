// The course's third lab with emitted gradients: gradient descent on a quadratic, the check of a
// gradient against finite differences, and full-batch training with restarts.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <limits>

#include "runtime/data_error.hpp"
#include "runtime/five_points.hpp"
#include "runtime/gradient_check.hpp"
#include "runtime/gradient_descent.hpp"
#include "runtime/plot.hpp"
#include "runtime/restarts.hpp"

namespace {

using namespace gradsmith::runtime;

constexpr double never_stop = -std::numeric_limits<double>::infinity();
constexpr const char* full_batch_names[] = {"b1",  "b2", "w11", "w12", "w21",
                                            "w22", "c",  "u1",  "u2"};

void descend_quadratic() {
  std::printf("f(x1,x2) = (x1-6)^2 + x2^2 - x1 x2, from (6,6)\n");
  std::vector<double> point = {6, 6};
  std::vector<double> gradient(2);
  for (int k = 2; k <= 4; ++k) {
    const double value = five_points::quadratic(point, gradient);
    std::printf("  (%g, %g)  f = %g  gradient (%g, %g)\n", point[0], point[1], value, gradient[0],
                gradient[1]);
    for (std::size_t i = 0; i < 2; ++i) point[i] -= gradient[i] / k;
  }
  for (const int steps : {10, 100}) {
    const Descent result = descend(five_points::quadratic, {6, 6}, {0.1, steps, 1e-4});
    std::printf("  rate 0.1, at most %d steps: (%.16g, %.16g) after %d\n", steps, result.point[0],
                result.point[1], result.steps);
  }
}

bool check(const Objective& objective, const std::vector<double>& weights) {
  const GradientCheck result = check_gradient(objective, weights);
  std::printf("gradient against central differences: %s; worst is d%s: %.12g, difference %.12g\n",
              result.passed ? "agrees" : "WRONG", full_batch_names[result.worst], result.given,
              result.difference);
  return result.passed;
}

void draw_boundaries(const std::string& folder, const Samples& points,
                     const std::vector<double>& best, const std::vector<double>& random) {
  const auto draw = [&](const std::string& name, const std::vector<double>& weights) {
    const std::vector<double> ordered = five_points::reorder_full_batch(weights);
    return plot_boundary(
        folder, name,
        [&](double x1, double x2) { return five_points::prediction(ordered, x1, x2); }, points);
  };
  const bool drawn = draw("boundary_best", best) && draw("boundary_random", random);
  std::printf("%s %s\n", drawn ? "decision boundaries:" : "gnuplot drew nothing; data are in",
              folder.c_str());
}

bool train_full_batch(const Samples& points, std::uint64_t seed, int restarts,
                      const std::string& plot) {
  const Objective objective = mean_over(five_points::full_batch_term, points);
  Random random(seed);
  const std::vector<double> start = draw_normal(random, five_points::weight_count);
  if (!check(objective, start)) return false;

  const std::vector<Descent> runs =
      descend_from_random_starts(objective, five_points::weight_count, restarts, random,
                                 {.rate = 1, .steps = 100, .least_improvement = never_stop});
  std::printf("full batch, %d restarts of 100 steps at rate 1, final losses:\n ", restarts);
  for (const Descent& run : runs) std::printf(" %.4f", run.value);
  const Descent& best = best_of(runs);
  std::printf("\nbest %.6f:", best.value);
  for (std::size_t i = 0; i < best.point.size(); ++i) {
    std::printf(" %s=%.6g", full_batch_names[i], best.point[i]);
  }
  std::printf("\n");
  if (!plot.empty()) draw_boundaries(plot, points, best.point, start);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  std::string data = GRADSMITH_FIVE_POINTS_CSV;
  std::uint64_t seed = 1;
  int restarts = 10;
  std::string plot;
  CLI::App app("Gradient descent on a quadratic, and full-batch training with restarts.");
  app.add_option("--data", data, "CSV file with the columns x1, x2, y")->capture_default_str();
  app.add_option("--seed", seed, "of the starting weights")->capture_default_str();
  app.add_option("--restarts", restarts)->check(CLI::Range(1, 1000000))->capture_default_str();
  app.add_option("--plot", plot, "folder for pictures of the decision boundary");
  CLI11_PARSE(app, argc, argv);

  try {
    descend_quadratic();
    return train_full_batch(five_points::read_points(data), seed, restarts, plot) ? 0 : 1;
  } catch (const DataError& error) {
    std::cerr << "error: " << error.what() << "\n";
    return 2;
  }
}
