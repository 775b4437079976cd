#include "runtime/optimizer.hpp"

#include <catch2/catch.hpp>
#include <cmath>

using namespace gradsmith::runtime;

namespace {

using Kind = OptimizerOptions::Kind;

/// One parameter after steps with these gradients.
double after(const OptimizerOptions& options, double start, std::vector<double> gradients,
             double rate, double scale = 1) {
  Optimizer optimizer(options, 1);
  std::vector<double> w = {start};
  for (const double g : gradients) {
    std::vector<double> gradient = {g};
    optimizer.step(w, gradient, rate, scale);
  }
  return w[0];
}

}  // namespace

TEST_CASE("gradient descent goes along the gradient") {
  CHECK(after({}, 1, {2}, 0.25) == 0.5);
  CHECK(after({}, 1, {2}, 0.25, 0.5) == 0.75);
}

TEST_CASE("momentum keeps a part of the last step, and Nesterov looks ahead") {
  OptimizerOptions o;
  o.momentum = 0.5;
  // v: 2, then 0.5 * 2 + 4 = 5
  CHECK(after(o, 0, {2, 4}, 1) == -7);
  o.nesterov = true;
  // g + 0.5 v: 3, then 4 + 2.5
  CHECK(after(o, 0, {2, 4}, 1) == -9.5);
}

TEST_CASE("Adam's first step is the rate, whatever the gradient's size") {
  OptimizerOptions o;
  o.kind = Kind::Adam;
  for (const double g : {1e-3, 1.0, 1e6})
    CHECK(after(o, 0, {g}, 0.1) == Approx(-0.1).epsilon(1e-4));
}

TEST_CASE("Adam's second step by its formulas") {
  OptimizerOptions o;
  o.kind = Kind::Adam;
  const double m = 0.9 * 0.1 * 1 + 0.1 * 3;
  const double v = 0.999 * 0.001 * 1 + 0.001 * 9;
  const double step = 0.1 * (m / (1 - 0.81)) / (std::sqrt(v / (1 - 0.999 * 0.999)) + 1e-8);
  CHECK(after(o, 0, {1, 3}, 0.1) == Approx(after(o, 0, {1}, 0.1) - step).epsilon(1e-14));
}

TEST_CASE("weight decay adds to the gradient, and with AdamW shrinks the parameter itself") {
  OptimizerOptions o;
  o.decay = {0.5};
  CHECK(after(o, 2, {1}, 0.25) == 2 - 0.25 * (1 + 0.5 * 2));
  o.kind = Kind::AdamW;
  CHECK(after(o, 2, {0}, 0.1) == Approx(2 * (1 - 0.1 * 0.5)));
}

TEST_CASE("clipping shortens a gradient that is too long, by its norm") {
  OptimizerOptions o;
  o.clip = 5;
  Optimizer optimizer(o, 2);
  std::vector<double> w = {0, 0};
  std::vector<double> g = {30, 40};
  optimizer.step(w, g, 1, 1);
  CHECK(w[0] == Approx(-3));
  CHECK(w[1] == Approx(-4));
  g = {3, 0};
  optimizer.step(w, g, 1, 1);
  CHECK(w[0] == Approx(-6));
}
