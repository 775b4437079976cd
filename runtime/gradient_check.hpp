#pragma once

#include <cstddef>
#include <span>

#include "runtime/objective.hpp"

namespace gradsmith::runtime {

// The partial in which a gradient and central differences disagree most.
struct GradientCheck {
  std::size_t worst = 0;
  double given = 0;       // as the objective gives it
  double difference = 0;  // as the central difference gives it
  double error = 0;       // |given - difference| / max(1, |given|, |difference|); infinite for NaN
  bool passed = false;    // error is within the tolerance
};

// Central differences with a step of the cube root of the rounding unit, relative to each
// coordinate: there truncation and rounding are about equal, 1e-10 for a smooth function of order
// one. Passes only if every partial agrees within `tolerance`.
GradientCheck check_gradient(const Objective& objective, std::span<const double> point,
                             double tolerance = 1e-7);

// The same for some of the coordinates only, and with steps that are so many times as long.
GradientCheck check_gradient(const Objective& objective, std::span<const double> point,
                             double tolerance, std::span<const std::size_t> coordinates,
                             double step_factor = 1);

}  // namespace gradsmith::runtime
