#pragma once

#include <cstddef>
#include <vector>

#include "runtime/gradient_descent.hpp"
#include "runtime/random.hpp"

namespace gradsmith::runtime {

// `count` numbers from the standard normal distribution.
std::vector<double> draw_normal(Random& random, std::size_t count);

// Gradient descent from `restarts` starting points, standard normal in each of the `dimension`
// coordinates, in the order they were drawn.
std::vector<Descent> descend_from_random_starts(const Objective& objective, std::size_t dimension,
                                                int restarts, Random& random,
                                                const DescentOptions& options);

// The run with the smallest value; one whose value is NaN only if all are. There must be one.
const Descent& best_of(const std::vector<Descent>& runs);

}  // namespace gradsmith::runtime
