#pragma once

#include <vector>

#include "runtime/objective.hpp"

namespace gradsmith::runtime {

struct DescentOptions {
  double rate = 0.1;
  int steps = 100;
  // Stop when a step gained less than this; -infinity never stops. A step's value is computed with
  // its gradient, before the update, so the step that finds out is still taken.
  double least_improvement = 1e-4;
};

struct Descent {
  std::vector<double> point;
  double value = 0;
  int steps = 0;  // that were taken
};

// Gradient descent with a constant rate.
Descent descend(const Objective& objective, std::vector<double> start,
                const DescentOptions& options);

}  // namespace gradsmith::runtime
