#include "runtime/over_samples.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "runtime/random.hpp"

namespace gradsmith::runtime {

namespace {

constexpr std::size_t kMostSamples = 8;  // every run of them is compared
// Distances from the point that is given: far out a penalty outweighs large residuals.
constexpr double kDistances[] = {0, 1, 1, 32, 1024};
constexpr int kTries = 12;  // each at half the distance of the one before
// Of the magnitude of what is added: sums in another order, and calls of vector functions.
constexpr double kSlack = 1e-11;
constexpr double kSlackOfFloat = 1e-5;

// What is still possible after comparisons.
class Comparisons {
 public:
  explicit Comparisons(double slack) : slack_(slack) {}

  // The loss of samples `together` is `sum` if it is a sum, and `mean` if it is a mean, up to the
  // rounding of numbers of that magnitude.
  void compare(double together, double sum, double mean, double magnitude) {
    const double most = slack_ * magnitude;
    sum_ = sum_ && std::fabs(together - sum) <= most;
    mean_ = mean_ && std::fabs(together - mean) <= most;
  }

  bool decided() const { return !sum_ && !mean_; }

  // Both are possible as long as all was zero.
  OverSamples result() const {
    if (sum_ == mean_) return OverSamples::Whole;
    return sum_ ? OverSamples::Sum : OverSamples::Mean;
  }

 private:
  double slack_;
  bool sum_ = true;
  bool mean_ = true;
};

// The loss of a few samples, and of runs of them.
class Few {
 public:
  Few(const Model& model, const SampleSet& samples, std::span<const double> at)
      : model_(model),
        samples_(samples),
        at_(at),
        room_(model.room(samples, samples.count)),
        unused_(model.parameter_count()) {}

  double of(std::size_t first, std::size_t count) {
    return model_.gradient(at_, samples_, first, count, unused_, room_);
  }

 private:
  const Model& model_;
  const SampleSet& samples_;
  std::span<const double> at_;
  Model::Room room_;
  std::vector<double> unused_;
};

// False where a loss is not finite, so that the point tells nothing.
bool compare_runs(Few& few, std::size_t count, Comparisons& comparisons) {
  std::vector<double> alone;
  double magnitude = 0;
  for (std::size_t k = 0; k < count; ++k) {
    alone.push_back(few.of(k, 1));
    magnitude += std::fabs(alone.back());
  }
  if (!std::isfinite(magnitude)) return false;
  Comparisons after = comparisons;
  for (std::size_t first = 0; first < count; ++first) {
    double sum = alone[first];
    for (std::size_t end = first + 1; end < count; ++end) {
      sum += alone[end];
      const double together = few.of(first, end + 1 - first);
      if (!std::isfinite(together)) return false;
      after.compare(together, sum, sum / static_cast<double>(end + 1 - first), magnitude);
    }
  }
  comparisons = after;
  return true;
}

// All samples and their halves: something may begin only where there are many.
void compare_halves(Few& all, std::size_t count, Comparisons& comparisons) {
  const std::size_t half = count / 2;
  const double first = all.of(0, half);
  const double second = all.of(half, count - half);
  const double together = all.of(0, count);
  if (!std::isfinite(first) || !std::isfinite(second) || !std::isfinite(together)) return;
  const auto n = static_cast<double>(count);
  const auto share = static_cast<double>(half) / n;
  comparisons.compare(together, first + second, share * first + (1 - share) * second,
                      std::fabs(first) + std::fabs(second));
}

// Samples spread over all of them whose loss at the point is finite.
SampleSet spread(const Model& model, const SampleSet& samples, std::span<const double> at) {
  Few one(model, samples, at);
  std::vector<std::size_t> finite;
  const std::size_t many = std::min(4 * kMostSamples, samples.count);
  for (std::size_t k = 0; k < many; ++k) {
    const std::size_t place = k * samples.count / many;
    if (std::isfinite(one.of(place, 1))) finite.push_back(place);
  }
  const std::size_t count = std::min(kMostSamples, finite.size());
  std::vector<std::size_t> kept;
  for (std::size_t k = 0; k < count; ++k) kept.push_back(finite[k * finite.size() / count]);
  return samples.select(kept);
}

// At a distance from the parameters, or nearer where the loss is not finite there. False where it
// is nowhere.
bool compare_at(const Model& model, const SampleSet& samples, std::span<const double> parameters,
                double distance, Random& random, std::vector<double>& at,
                Comparisons& comparisons) {
  for (int k = 0; k < kTries; ++k, distance /= 2) {
    at.assign(parameters.begin(), parameters.end());
    if (distance > 0) {
      for (double& x : at) x += distance * random.standard_normal();
    }
    const SampleSet few = spread(model, samples, at);
    if (few.count >= 2) {
      Few runs(model, few, at);
      if (compare_runs(runs, few.count, comparisons)) return true;
    }
    if (distance == 0) break;
  }
  return false;
}

}  // namespace

OverSamples over_samples(const Model& model, const SampleSet& samples,
                         std::span<const double> parameters) {
  if (!model.at_once() || !model.takes_many() || !model.function().gradient) {
    return OverSamples::Sum;
  }
  if (samples.count < 2) return OverSamples::Whole;
  Random random(0x6a09e667f3bcc908U);
  Comparisons comparisons(model.in_float() ? kSlackOfFloat : kSlack);
  std::vector<double> at;
  bool halves = false;
  for (const double distance : kDistances) {
    if (!compare_at(model, samples, parameters, distance, random, at, comparisons)) continue;
    if (comparisons.decided()) return OverSamples::Whole;
    // A sum of many in float is too far from the sum of its halves.
    if (distance == 0 || halves || model.in_float()) continue;
    halves = true;
    Few all(model, samples, at);
    compare_halves(all, samples.count, comparisons);
  }
  return comparisons.result();
}

}  // namespace gradsmith::runtime
