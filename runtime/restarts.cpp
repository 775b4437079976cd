#include "runtime/restarts.hpp"

#include <algorithm>
#include <cmath>

namespace gradsmith::runtime {

std::vector<double> draw_normal(Random& random, std::size_t count) {
  std::vector<double> numbers(count);
  for (double& number : numbers) number = random.standard_normal();
  return numbers;
}

std::vector<Descent> descend_from_random_starts(const Objective& objective, std::size_t dimension,
                                                int restarts, Random& random,
                                                const DescentOptions& options) {
  std::vector<Descent> runs;
  for (int run = 0; run < restarts; ++run) {
    runs.push_back(descend(objective, draw_normal(random, dimension), options));
  }
  return runs;
}

const Descent& best_of(const std::vector<Descent>& runs) {
  return *std::min_element(runs.begin(), runs.end(), [](const Descent& a, const Descent& b) {
    return a.value < b.value || (std::isnan(b.value) && !std::isnan(a.value));
  });
}

}  // namespace gradsmith::runtime
