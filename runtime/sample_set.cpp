#include "runtime/sample_set.hpp"

#include <algorithm>

namespace gradsmith::runtime {

namespace {

template <class Numbers>
void gather(const Numbers& from, std::size_t width, const std::vector<std::size_t>& samples,
            Numbers& to) {
  to.resize(samples.size() * width);
  auto* at = to.data();
  for (const std::size_t s : samples) at = std::copy_n(from.data() + s * width, width, at);
}

}  // namespace

const void* Feature::row(std::size_t sample) const {
  const std::size_t at = constant ? 0 : sample * width;
  if (is_int) return integers.data() + at;
  return numbers.data() + at;
}

void SampleSet::select_into(const std::vector<std::size_t>& samples, SampleSet& result) const {
  result.count = samples.size();
  result.features.resize(features.size());
  for (std::size_t k = 0; k < features.size(); ++k) {
    const Feature& from = features[k];
    Feature& to = result.features[k];
    if (from.constant) {
      to = from;
      continue;
    }
    to.name = from.name;
    to.width = from.width;
    to.is_int = from.is_int;
    to.constant = false;
    if (from.is_int) {
      gather(from.integers, from.width, samples, to.integers);
    } else {
      gather(from.numbers, from.width, samples, to.numbers);
    }
  }
}

SampleSet SampleSet::select(const std::vector<std::size_t>& samples) const {
  SampleSet result;
  select_into(samples, result);
  return result;
}

}  // namespace gradsmith::runtime
