#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "runtime/aligned.hpp"

namespace gradsmith::runtime {

// The numbers for one data parameter: `width` of them for each sample, sample after sample; or one
// row of them that is the same for all samples.
struct Feature {
  std::string name;
  std::size_t width = 1;
  bool constant = false;
  bool is_int = false;
  AlignedNumbers numbers;     // if not is_int
  std::vector<int> integers;  // if is_int

  const void* row(std::size_t sample) const;
};

// Samples for a function: a feature for each of its data parameters, in order.
struct SampleSet {
  std::size_t count = 0;
  std::vector<Feature> features;

  // These samples, in this order.
  SampleSet select(const std::vector<std::size_t>& samples) const;

  // The same into memory that is there already.
  void select_into(const std::vector<std::size_t>& samples, SampleSet& result) const;
};

}  // namespace gradsmith::runtime
