#include "runtime/trainer.hpp"

#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace gradsmith::runtime {

double Training::last_mean() const {
  if (losses.empty() || losses.back().empty()) return std::numeric_limits<double>::quiet_NaN();
  const std::vector<double>& last = losses.back();
  return std::accumulate(last.begin(), last.end(), 0.0) / static_cast<double>(last.size());
}

bool Training::converged(double below) const { return last_mean() < below; }

double rate_in_epoch(const TrainingOptions& options, int epoch) {
  return std::ldexp(options.rate, -(epoch / options.halve_rate_every));
}

Training train(const SampleLoss& loss, const Samples& samples, std::vector<double> start,
               const TrainingOptions& options) {
  Training result;
  result.weights = std::move(start);
  std::vector<double> gradient(result.weights.size());
  for (int epoch = 0; epoch < options.epochs; ++epoch) {
    const double rate = rate_in_epoch(options, epoch);
    std::vector<double>& losses = result.losses.emplace_back();
    for (const std::vector<double>& sample : samples) {
      losses.push_back(loss(result.weights, sample, gradient));
      for (std::size_t i = 0; i < gradient.size(); ++i) result.weights[i] -= rate * gradient[i];
    }
  }
  return result;
}

}  // namespace gradsmith::runtime
