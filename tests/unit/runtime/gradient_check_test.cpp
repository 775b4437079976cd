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

namespace {

// The mean of (w0 x + w1 - y)^2 over three points at that distance from zero, times `scale`, and
// `planted` of its partial by w0 too much.
Objective line(double scale, double distance, double planted) {
  return [=](std::span<const double> w, std::span<double> gradient) {
    const double x[] = {1 * distance, 2 * distance, -0.5 * distance};
    const double y[] = {2 * distance, -1 * distance, 0.7 * distance};
    double loss = 0;
    gradient[0] = gradient[1] = 0;
    for (int k = 0; k < 3; ++k) {
      const double r = w[0] * x[k] + w[1] * distance - y[k];
      loss += scale * r * r;
      gradient[0] += 2 * scale * r * x[k] * (1 + planted);
      gradient[1] += 2 * scale * r * distance;
    }
    return loss;
  };
}

const std::vector<double> weights = {0.3, -0.2};
const GradientCheckOptions half_the_digits = {1e-6};

}  // namespace

TEST_CASE("a planted error is found whatever the scale of the loss and of its data") {
  for (const double scale : {1e-150, 1e-12, 1.0, 1e9}) {
    for (const double distance : {1e-4, 1.0, 1e5}) {
      const GradientCheck right =
          check_gradient(line(scale, distance, 0), weights, half_the_digits);
      INFO("scale " << scale << ", data of order " << distance << ": " << right.given << ", "
                    << right.difference);
      CHECK(right.passed);
      CHECK(right.error < 1e-7);
      const GradientCheck wrong =
          check_gradient(line(scale, distance, 0.05), weights, half_the_digits);
      CHECK_FALSE(wrong.passed);
      CHECK(wrong.worst == 0);
    }
  }
}

TEST_CASE("a partial that is small beside others is checked as they are") {
  const auto two = [](double planted) -> Objective {
    return [planted](std::span<const double> p, std::span<double> gradient) {
      gradient[0] = std::cos(p[0]);
      gradient[1] = 1e-7 * std::cos(p[1]) * (1 + planted);
      return std::sin(p[0]) + 1e-7 * std::sin(p[1]);
    };
  };
  CHECK(check_gradient(two(0), point, half_the_digits).passed);
  const GradientCheck wrong = check_gradient(two(0.05), point, half_the_digits);
  CHECK_FALSE(wrong.passed);
  CHECK(wrong.worst == 1);
}

TEST_CASE(
    "a loss that is large beside its gradient, or made of large numbers, is no disagreement") {
  const Objective large = [](std::span<const double> p, std::span<double> gradient) {
    gradient[0] = 1e-3 * std::cos(p[0]);
    gradient[1] = 1e-3 * 2 * p[1];
    return 1e6 + 1e-3 * (std::sin(p[0]) + p[1] * p[1]);
  };
  CHECK(check_gradient(large, point, half_the_digits).passed);
  // Differences of large numbers have few digits, which the value does not show.
  const Objective cancels = [](std::span<const double> p, std::span<double> gradient) {
    const double r = (1e7 * p[0] + p[1]) - (1e7 * 0.5 + 1.5001);
    gradient[0] = 2e7 * r;
    gradient[1] = 2 * r;
    return r * r;
  };
  CHECK(check_gradient(cancels, point, half_the_digits).passed);
}

TEST_CASE("a kink that is near, on either side, is no disagreement") {
  for (const double away : {1e-3, 1e-5, 1e-6, 1e-7, -1e-6, -1e-4}) {
    const auto hinge = [away](double factor) -> Objective {
      return [=](std::span<const double> p, std::span<double> gradient) {
        const double x = p[0] - 0.5 + away;  // the kink is at x = 0
        gradient[0] = x > 0 ? factor * 2 * x + factor : 0;
        gradient[1] = 3 * p[1] * p[1];
        return (x > 0 ? x * x + x : 0) + p[1] * p[1] * p[1];
      };
    };
    INFO("away by " << away);
    CHECK(check_gradient(hinge(1), point, half_the_digits).passed);
    if (away > 0) CHECK_FALSE(check_gradient(hinge(1.05), point, half_the_digits).passed);
  }
}

TEST_CASE("of a loss that is not finite nearby nothing is said to agree") {
  const Objective nowhere = [](std::span<const double> p, std::span<double> gradient) {
    gradient[0] = gradient[1] = 1;
    return p[0] == 0.5 && p[1] == 1.5 ? 1.0 : std::numeric_limits<double>::quiet_NaN();
  };
  CHECK_FALSE(check_gradient(nowhere, point).passed);
}
