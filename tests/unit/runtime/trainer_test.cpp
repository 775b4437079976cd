#include "runtime/trainer.hpp"

#include <catch2/catch.hpp>
#include <cmath>

using namespace gradsmith::runtime;

namespace {

// (w - s)^2
double distance(std::span<const double> w, std::span<const double> s, std::span<double> gradient) {
  gradient[0] = 2 * (w[0] - s[0]);
  return (w[0] - s[0]) * (w[0] - s[0]);
}

}  // namespace

TEST_CASE("the rate halves every hundred epochs") {
  const TrainingOptions options;
  REQUIRE(rate_in_epoch(options, 0) == 2.5);
  REQUIRE(rate_in_epoch(options, 99) == 2.5);
  REQUIRE(rate_in_epoch(options, 100) == 1.25);
  REQUIRE(rate_in_epoch(options, 249) == 0.625);
}

TEST_CASE("every sample's loss is taken before the update it causes, in order") {
  const Training result = train(distance, {{4}, {0}}, {0}, {1, 0.25, 100});
  // w: 0, loss (0-4)^2, then w = 2, loss (2-0)^2, then w = 1.
  REQUIRE(result.losses == Samples{{16, 4}});
  REQUIRE(result.weights == std::vector<double>{1});
  REQUIRE(result.last_mean() == 10);
}

TEST_CASE("training has converged when the last epoch's mean is below the bound") {
  Training training;
  training.losses = {{1, 1}, {0.04, 0.05}};
  REQUIRE(training.converged());
  training.losses.back() = {0.05, 0.05};
  REQUIRE_FALSE(training.converged());
  training.losses.back() = {0.0, std::nan("")};
  REQUIRE_FALSE(training.converged());
  training.losses.clear();
  REQUIRE_FALSE(training.converged());
}
