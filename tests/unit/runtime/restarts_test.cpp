#include "runtime/restarts.hpp"

#include <catch2/catch.hpp>
#include <limits>

using namespace gradsmith::runtime;

TEST_CASE("the best run is the one with the smallest value, NaN never") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto run = [](double value) { return Descent{{}, value, 0}; };
  REQUIRE(best_of({run(nan), run(2), run(1), run(nan), run(3)}).value == 1);
}

TEST_CASE("every restart begins somewhere else") {
  const Objective flat = [](std::span<const double>, std::span<double> gradient) {
    for (double& g : gradient) g = 0;
    return 1.0;
  };
  Random random(1);
  const auto runs = descend_from_random_starts(flat, 2, 3, random, {});
  REQUIRE(runs.size() == 3);
  REQUIRE(runs[0].point != runs[1].point);
  REQUIRE(runs[1].point != runs[2].point);
}
