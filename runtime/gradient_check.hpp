#pragma once

#include <cstddef>
#include <limits>
#include <span>

#include "runtime/objective.hpp"

namespace gradsmith::runtime {

// How a gradient compares with central differences, and the partial in which they disagree most.
struct GradientCheck {
  std::size_t worst = 0;
  double given = 0;       // as the objective gives it
  double difference = 0;  // as the central difference gives it
  double error =
      0;  // the largest |given - difference| of all, beside the largest partial; infinite for NaN
  double resolution = 0;  // what differences can tell, beside the largest partial: the worst of all
  std::size_t checked = 0;  // partials
  bool passed = false;
};

struct GradientCheckOptions {
  double tolerance = 1e-7;  // of a partial, beside itself
  // Of the objective's numbers: of double, or of float where it computes in float.
  double rounding = std::numeric_limits<double>::epsilon();
};

// Passes only if every partial agrees with a central difference within the tolerance and what that
// difference may be wrong by. It is wrong by rounding, which is estimated by how the objective
// changes when its arguments change in their last digits, over the step; and by truncation, which
// is estimated by how the difference changes when the step is doubled. The step is the cube root of
// the rounding unit, relative to the coordinate, where the two are about equal for smooth functions
// of order one; for a partial that does not agree with that, shorter and longer steps are tried,
// and the one whose difference is known best counts. So a kink that is near is no disagreement, nor
// is a large loss beside a small gradient, and the scale of the loss is of no account.
GradientCheck check_gradient(const Objective& objective, std::span<const double> point,
                             const GradientCheckOptions& options = {});

// The same for some of the coordinates only.
GradientCheck check_gradient(const Objective& objective, std::span<const double> point,
                             const GradientCheckOptions& options,
                             std::span<const std::size_t> coordinates);

}  // namespace gradsmith::runtime
