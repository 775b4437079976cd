#include "runtime/gradient_check.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

using namespace gradsmith::runtime;

namespace {

// exp(x) sin(y), with an error planted into the partial by y.
Objective with_planted_error(double error) {
  return [error](std::span<const double> p, std::span<double> gradient) {
    gradient[0] = std::exp(p[0]) * std::sin(p[1]);
    gradient[1] = std::exp(p[0]) * std::cos(p[1]) + error;
    return gradient[0];
  };
}

const std::vector<double> point = {0.5, 1.5};

}  // namespace

TEST_CASE("a right gradient passes the check") {
  REQUIRE(check_gradient(with_planted_error(0), point).passed);
}

TEST_CASE("a planted error fails the check, and its partial is named") {
  for (const double error : {1.0, 1e-3, -1e-5, 1e-6}) {
    const GradientCheck result = check_gradient(with_planted_error(error), point);
    REQUIRE_FALSE(result.passed);
    REQUIRE(result.worst == 1);
    REQUIRE(result.given - result.difference == Approx(error).epsilon(1e-2));
  }
}

TEST_CASE("a partial of the wrong sign and a missing partial fail the check") {
  const auto scaled = [](double factor) -> Objective {
    return [factor](std::span<const double> p, std::span<double> gradient) {
      gradient[0] = factor * 2 * p[0];
      return p[0] * p[0];
    };
  };
  const std::vector<double> at = {3};
  REQUIRE(check_gradient(scaled(1), at).passed);
  REQUIRE_FALSE(check_gradient(scaled(-1), at).passed);
  REQUIRE_FALSE(check_gradient(scaled(0), at).passed);
}

TEST_CASE("a NaN in the gradient fails the check") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  REQUIRE_FALSE(check_gradient(with_planted_error(nan), point).passed);
}
