#pragma once

#include <string>
#include <vector>

#include "runtime/sample_set.hpp"

namespace gradsmith::runtime {

// A shift and a scale for each number of a feature: (x - mean) / deviation.
struct Standard {
  std::string feature;
  std::vector<double> mean;
  std::vector<double> deviation;  // 1 where all numbers are equal
};

// Mean and standard deviation (by n) of a feature over the samples. The feature must have a row for
// each sample, of doubles. Throws DataError where their squares are no doubles.
Standard fit_standard(const SampleSet& samples, const std::string& feature);

// Applies it to the feature of its name, if there is one that is no constant.
void standardise(SampleSet& samples, const Standard& standard);

}  // namespace gradsmith::runtime
