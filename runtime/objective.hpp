#pragma once

#include <functional>
#include <span>
#include <vector>

namespace gradsmith::runtime {

// A function to make small: returns its value at `point` and overwrites `gradient`, which has the
// same length.
using Objective = std::function<double(std::span<const double> point, std::span<double> gradient)>;

// The loss of one sample: value at `weights`, gradient with respect to them.
using SampleLoss = std::function<double(
    std::span<const double> weights, std::span<const double> sample, std::span<double> gradient)>;

using Samples = std::vector<std::vector<double>>;

// The mean of a sample's loss over all samples, which there must be.
Objective mean_over(SampleLoss loss, Samples samples);

}  // namespace gradsmith::runtime
