#include "runtime/objective.hpp"

#include <algorithm>
#include <utility>

namespace gradsmith::runtime {

Objective mean_over(SampleLoss loss, Samples samples) {
  return [loss = std::move(loss), samples = std::move(samples)](std::span<const double> point,
                                                                std::span<double> gradient) {
    const auto count = static_cast<double>(samples.size());
    std::vector<double> of_sample(gradient.size());
    std::fill(gradient.begin(), gradient.end(), 0.0);
    double sum = 0;
    for (const std::vector<double>& sample : samples) {
      sum += loss(point, sample, of_sample);
      for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] += of_sample[i] / count;
    }
    return sum / count;
  };
}

}  // namespace gradsmith::runtime
