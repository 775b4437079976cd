#include "runtime/standardise.hpp"

#include <cmath>

#include "runtime/data_error.hpp"

namespace gradsmith::runtime {

Standard fit_standard(const SampleSet& samples, const std::string& feature) {
  Standard result{feature, {}, {}};
  for (const Feature& f : samples.features) {
    if (f.name != feature || f.is_int || f.constant) continue;
    const auto n = static_cast<double>(samples.count);
    for (std::size_t k = 0; k < f.width; ++k) {
      double sum = 0;
      bool same = true;  // whose deviation may be rounded to something else than zero
      for (std::size_t i = 0; i < samples.count; ++i) {
        sum += f.numbers[i * f.width + k];
        same = same && f.numbers[i * f.width + k] == f.numbers[k];
      }
      const double mean = same ? f.numbers[k] : sum / n;
      double squares = 0;
      for (std::size_t i = 0; i < samples.count; ++i) {
        const double off = f.numbers[i * f.width + k] - mean;
        squares += off * off;
      }
      const double deviation = std::sqrt(squares / n);
      if (!std::isfinite(deviation)) {
        throw DataError("'" + feature + "' cannot be standardised: its numbers are too large");
      }
      result.mean.push_back(mean);
      result.deviation.push_back(deviation > 0 ? deviation : 1);
    }
  }
  return result;
}

void standardise(SampleSet& samples, const Standard& standard) {
  for (Feature& f : samples.features) {
    if (f.name != standard.feature || f.is_int || f.constant) continue;
    for (std::size_t i = 0; i < samples.count; ++i) {
      for (std::size_t k = 0; k < f.width; ++k) {
        double& x = f.numbers[i * f.width + k];
        x = (x - standard.mean[k]) / standard.deviation[k];
      }
    }
  }
}

}  // namespace gradsmith::runtime
