#include "runtime/gradient_check.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace gradsmith::runtime {

namespace {

// Steps that are so many times as long as the first one. The shortest has few digits left, and is
// for kinks; the longest is for losses that are large beside their gradient.
constexpr double kFactors[] = {1, 1.0 / 8, 1.0 / 64, 1.0 / 512, 1.0 / 4096, 8, 64, 512};
// A difference known to this part of the partial counts even if another step's is known better.
constexpr double kKnownWell = 1e-5;
// Rounding is seen in a few samples of it only.
constexpr double kSafety = 4;
constexpr int kSamplesOfRounding = 6;

struct Difference {
  double value = std::numeric_limits<double>::quiet_NaN();
  double uncertainty = std::numeric_limits<double>::infinity();
};

class Check {
 public:
  Check(const Objective& objective, std::span<const double> point,
        const GradientCheckOptions& options)
      : objective_(objective),
        options_(options),
        point_(point.begin(), point.end()),
        moved_(point_),
        gradient_(point.size()),
        unused_(point.size()) {
    value_ = objective_(point_, gradient_);
    rounding_ = rounding();
  }

  double partial(std::size_t i) const { return gradient_[i]; }

  // By the first step; its uncertainty is that of rounding alone.
  Difference at_once(std::size_t i) {
    const double step = first_step(i);
    const double value = difference(i, step);
    return {value, kSafety * rounding_nearby() / step};
  }

  // The best of all steps; of several that are known well, the one that agrees best.
  Difference best(std::size_t i) {
    Difference best, agreeing;
    for (const double factor : kFactors) {
      const double step = factor * first_step(i);
      const double once = difference(i, step);
      const double twice = difference(i, 2 * step);
      const Difference d{once, kSafety * (rounding_nearby() / step + std::fabs(once - twice))};
      if (std::isnan(d.uncertainty)) continue;
      if (d.uncertainty < best.uncertainty) best = d;
      const bool well = d.uncertainty <= kKnownWell * std::max(std::fabs(once), partial_size(i));
      if (well && std::fabs(once - gradient_[i]) < std::fabs(agreeing.value - gradient_[i])) {
        agreeing = d;
      }
      if (well && std::isinf(agreeing.uncertainty)) agreeing = d;
    }
    return std::isinf(agreeing.uncertainty) ? best : agreeing;
  }

  bool agrees(std::size_t i, const Difference& d) const {
    const double size = std::max(partial_size(i), std::fabs(d.value));
    return std::isfinite(d.uncertainty) &&
           std::fabs(gradient_[i] - d.value) <= options_.tolerance * size + d.uncertainty;
  }

 private:
  double partial_size(std::size_t i) const { return std::fabs(gradient_[i]); }

  double first_step(std::size_t i) const {
    return std::cbrt(options_.rounding) * std::max(1.0, std::fabs(point_[i]));
  }

  double difference(std::size_t i, double step) {
    moved_[i] = point_[i] + step;
    const double ahead = moved_[i];
    const double value_ahead = objective_(moved_, unused_);
    moved_[i] = point_[i] - step;
    const double behind = moved_[i];
    const double value_behind = objective_(moved_, unused_);
    moved_[i] = point_[i];
    largest_ = std::max(std::fabs(value_ahead), std::fabs(value_behind));
    // The distance that was really moved, after rounding.
    return (value_ahead - value_behind) / (ahead - behind);
  }

  double rounding_nearby() const { return std::max(rounding_, options_.rounding * largest_); }

  // How much the last digits of the arguments matter: as much as those of what is computed on the
  // way, which need not be small where the value is.
  double rounding() {
    double most = options_.rounding * std::fabs(value_);
    for (int k = 0; k < kSamplesOfRounding; ++k) {
      for (std::size_t i = 0; i < point_.size(); ++i) {
        // Signs that differ from sample to sample, in no pattern.
        const std::size_t mixed = (i + 1) * 0x9e3779b97f4a7c15U + static_cast<std::size_t>(k);
        const bool up = ((mixed ^ (mixed >> 29)) * 0xbf58476d1ce4e5b9U >> 63) != 0;
        moved_[i] = point_[i] * (1 + (up ? 2 : -2) * options_.rounding);
      }
      const double change = std::fabs(objective_(moved_, unused_) - value_);
      if (std::isfinite(change)) most = std::max(most, change);
    }
    moved_ = point_;
    return most;
  }

  const Objective& objective_;
  const GradientCheckOptions& options_;
  std::vector<double> point_;
  std::vector<double> moved_;
  std::vector<double> gradient_;
  std::vector<double> unused_;
  double value_ = 0;
  double rounding_ = 0;
  double largest_ = 0;  // number of the last difference
};

}  // namespace

GradientCheck check_gradient(const Objective& objective, std::span<const double> point,
                             const GradientCheckOptions& options) {
  std::vector<std::size_t> all(point.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return check_gradient(objective, point, options, all);
}

GradientCheck check_gradient(const Objective& objective, std::span<const double> point,
                             const GradientCheckOptions& options,
                             std::span<const std::size_t> coordinates) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Check check(objective, point, options);
  GradientCheck result;
  result.passed = true;
  double largest = 0;
  double worst = -1;  // the error beside what it may be
  for (const std::size_t i : coordinates) {
    Difference d = check.at_once(i);
    bool agrees = check.agrees(i, d);
    if (!agrees) {
      d = check.best(i);
      agrees = check.agrees(i, d);
    }
    const double given = check.partial(i);
    double error = std::fabs(given - d.value);
    if (std::isnan(error)) error = kInfinity;
    const double size = std::max(std::fabs(given), std::fabs(d.value));
    largest = std::max(largest, size);
    result.error = std::max(result.error, error);
    result.resolution = std::max(result.resolution, d.uncertainty);
    result.passed = result.passed && agrees;
    const double allowed = options.tolerance * size + d.uncertainty;
    const double beside = error == 0 ? 0 : std::isinf(error) ? kInfinity : error / allowed;
    if (beside <= worst) continue;
    worst = beside;
    result.worst = i;
    result.given = given;
    result.difference = d.value;
  }
  result.checked = coordinates.size();
  if (largest > 0) {
    result.error /= largest;
    result.resolution /= largest;
  }
  return result;
}

}  // namespace gradsmith::runtime
