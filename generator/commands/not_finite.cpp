#include "commands/not_finite.hpp"

#include "commands/sample_environment.hpp"

namespace gradsmith {

using runtime::Model;
using runtime::SampleSet;

FirstNotFinite first_not_finite(const Function& loss, const Model& model,
                                const std::vector<double>& parameters, const SampleSet& samples,
                                const std::string& sample_count) {
  // Evaluation takes some operations for each parameter and sample; these are a few seconds.
  constexpr double kMostOperations = 5e7;
  const auto each = static_cast<double>(parameters.size() + 1);
  if (static_cast<double>(samples.count) * each > kMostOperations) return {};
  try {
    return search_not_finite(loss, environment_of(loss, model, parameters, samples), sample_count);
  } catch (const EvaluationError&) {
    return {};
  }
}

}  // namespace gradsmith
