#pragma once

#include <functional>
#include <vector>

#include "runtime/objective.hpp"

namespace gradsmith::runtime {

struct TrainingOptions {
  int epochs = 250;
  double rate = 2.5;
  int halve_rate_every = 100;  // epochs
};

struct Training {
  std::vector<double> weights;
  // losses[epoch][sample], each taken before the update that the sample causes.
  std::vector<std::vector<double>> losses;

  // The mean of the last epoch's losses; NaN when nothing was trained.
  double last_mean() const;
  bool converged(double below = 0.05) const;
};

// The rate of an epoch, counted from 0.
double rate_in_epoch(const TrainingOptions& options, int epoch);

// Stochastic gradient descent, one sample at a time in the order given.
Training train(const SampleLoss& loss, const Samples& samples, std::vector<double> start,
               const TrainingOptions& options);

}  // namespace gradsmith::runtime
