#include "runtime/gradient_check.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace gradsmith::runtime {

namespace {

double disagreement(double a, double b) {
  const double error = std::fabs(a - b) / std::max({1.0, std::fabs(a), std::fabs(b)});
  return std::isnan(error) ? std::numeric_limits<double>::infinity() : error;
}

}  // namespace

GradientCheck check_gradient(const Objective& objective, std::span<const double> point,
                             double tolerance) {
  std::vector<std::size_t> all(point.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return check_gradient(objective, point, tolerance, all);
}

GradientCheck check_gradient(const Objective& objective, std::span<const double> point,
                             double tolerance, std::span<const std::size_t> coordinates,
                             double step_factor) {
  const double relative_step = step_factor * std::cbrt(std::numeric_limits<double>::epsilon());
  std::vector<double> gradient(point.size());
  std::vector<double> unused(point.size());
  std::vector<double> moved(point.begin(), point.end());
  objective(point, gradient);

  GradientCheck result;
  result.error = -1;
  for (const std::size_t i : coordinates) {
    const double step = relative_step * std::max(1.0, std::fabs(point[i]));
    moved[i] = point[i] + step;
    const double ahead = moved[i];
    const double value_ahead = objective(moved, unused);
    moved[i] = point[i] - step;
    const double behind = moved[i];
    const double value_behind = objective(moved, unused);
    moved[i] = point[i];

    // The distance that was really moved, after rounding.
    const double difference = (value_ahead - value_behind) / (ahead - behind);
    const double error = disagreement(gradient[i], difference);
    if (error > result.error) result = {i, gradient[i], difference, error, false};
  }
  result.passed = result.error <= tolerance;
  return result;
}

}  // namespace gradsmith::runtime
