#include "runtime/gradient_descent.hpp"

#include <catch2/catch.hpp>
#include <limits>

using namespace gradsmith::runtime;

namespace {

// Lab 3's f(x1,x2) = (x1-6)^2 + x2^2 - x1 x2, by hand.
double quadratic(std::span<const double> x, std::span<double> gradient) {
  gradient[0] = 2 * x[0] - x[1] - 12;
  gradient[1] = 2 * x[1] - x[0];
  return (x[0] - 6) * (x[0] - 6) + x[1] * x[1] - x[0] * x[1];
}

}  // namespace

TEST_CASE("ten steps from (6,6) at rate 0.1 end at (7.9435, 4.0565)") {
  const Descent result = descend(quadratic, {6, 6}, {0.1, 10, 1e-4});
  REQUIRE(result.steps == 10);
  REQUIRE(result.point[0] == Approx(7.9435).margin(5e-5));
  REQUIRE(result.point[1] == Approx(4.0565).margin(5e-5));
}

TEST_CASE("a hundred allowed steps stop after 18, when the improvement is below 1e-4") {
  const Descent result = descend(quadratic, {6, 6}, {0.1, 100, 1e-4});
  REQUIRE(result.steps == 18);
  REQUIRE(result.point[0] == Approx(7.996743172804179).epsilon(1e-15));
  REQUIRE(result.point[1] == Approx(4.003256827195821).epsilon(1e-15));
}

TEST_CASE("the value of a descent is the value at its point") {
  const Descent result = descend(quadratic, {6, 6}, {0.1, 1, 1e-4});
  std::vector<double> unused(2);
  REQUIRE(result.value == quadratic(result.point, unused));
}

TEST_CASE("a descent that diverges to NaN stops") {
  const Objective nan = [](std::span<const double>, std::span<double> gradient) {
    gradient[0] = std::numeric_limits<double>::quiet_NaN();
    return gradient[0];
  };
  REQUIRE(descend(nan, {1}, {0.1, 100, 1e-4}).steps == 1);
}
