#include "runtime/over_samples.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "unit/runtime/samples_module.hpp"

using namespace at_once;

namespace {

std::string rows(int count, double slope, double offset) {
  std::string text = "x,y\n";
  for (int k = 0; k < count; ++k) {
    const double x = 0.1 * ((k * 7) % 11) - 0.4;
    text += std::to_string(x) + "," + std::to_string(slope * x + offset) + "\n";
  }
  return text;
}

OverSamples over(double (*loss)(const gradsmith_arguments_v1*, double*), double w0, double w1,
                 const std::string& csv = rows(30, 150, 20)) {
  const gradsmith_function_v1 f = function(loss);
  return session(f, parse_dataset(csv, "d.csv"), starting_at(w0, w1)).over();
}

}  // namespace

TEST_CASE("sums, means and neither are told apart wherever training starts") {
  for (const auto& [w0, w1] : {std::pair(0.0, 0.0), std::pair(1e-6, 0.0), std::pair(3.0, -7.0)}) {
    CHECK(over(sum, w0, w1) == OverSamples::Sum);
    CHECK(over(mean, w0, w1) == OverSamples::Mean);
    CHECK(over(ridge, w0, w1) == OverSamples::Whole);
    CHECK(over(root_of_mean, w0, w1) == OverSamples::Whole);
  }
}

TEST_CASE("the root of a mean is no mean, though it is one of residuals that are equal") {
  // At (1, 0) every residual is -1.
  CHECK(over(root_of_mean, 1, 0, rows(30, 1, 1)) == OverSamples::Whole);
}

TEST_CASE("what begins only with many samples is seen in all of them") {
  CHECK(over(late, 0, 0, rows(90, 1, 0)) == OverSamples::Sum);
  CHECK(over(late, 0, 0, rows(150, 1, 0)) == OverSamples::Whole);
}

TEST_CASE("points where the loss is not finite tell nothing, so others are asked") {
  CHECK(over(logarithm, 0, 0) == OverSamples::Sum);
  CHECK(over(logarithm, 5, 0) == OverSamples::Sum);
}

TEST_CASE("a sample whose loss is not finite tells nothing of the others") {
  CHECK(over(sum, 0, 0, rows(30, 1, 0) + "1,1e200\n") == OverSamples::Sum);
}
