#include "runtime/gradient_descent.hpp"

#include <limits>
#include <utility>

namespace gradsmith::runtime {

Descent descend(const Objective& objective, std::vector<double> start,
                const DescentOptions& options) {
  Descent result;
  result.point = std::move(start);
  std::vector<double> gradient(result.point.size());
  double before = std::numeric_limits<double>::infinity();
  bool improving = true;
  while (improving && result.steps < options.steps) {
    const double value = objective(result.point, gradient);
    for (std::size_t i = 0; i < gradient.size(); ++i) {
      result.point[i] -= options.rate * gradient[i];
    }
    ++result.steps;
    // Written so that NaN stops too.
    improving = before - value >= options.least_improvement;
    before = value;
  }
  result.value = objective(result.point, gradient);
  return result;
}

}  // namespace gradsmith::runtime
