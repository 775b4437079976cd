#include "runtime/objective.hpp"

#include <catch2/catch.hpp>

using namespace gradsmith::runtime;

TEST_CASE("the mean's gradient is the mean of the gradients") {
  const SampleLoss product = [](std::span<const double> w, std::span<const double> s,
                                std::span<double> gradient) {
    gradient[0] = s[0];
    return w[0] * s[0];
  };
  const Objective mean = mean_over(product, {{1}, {2}, {6}});
  std::vector<double> gradient = {99};
  const std::vector<double> at = {10};
  REQUIRE(mean(at, gradient) == Approx(30));
  REQUIRE(gradient[0] == Approx(3));
}
