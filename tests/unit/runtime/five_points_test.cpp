#include "runtime/five_points.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "runtime/gradient_check.hpp"
#include "runtime/gradient_descent.hpp"
#include "runtime/restarts.hpp"

using namespace gradsmith::runtime;

namespace {

const std::string csv = GRADSMITH_SPECS_DIR "/data/five_points.csv";

// Lab 5's weights, in the order b1 w11 w21 b2 w12 w22 c u1 u2.
const std::vector<double> trained = {1.543385,  3.111573,  3.130452, 1.373085, -2.808800,
                                     -2.813466, -4.241453, 4.036489, 4.074885};

}  // namespace

TEST_CASE("the data are the five points of the lab") {
  REQUIRE(five_points::read_points(csv) ==
          Samples{{0, 0, 1}, {1, 0, 0}, {0, -1, 0}, {-1, 0, 0}, {0, 1, 0}});
}

TEST_CASE("at the lab's weights the prediction at (1,-1) is the lab's") {
  REQUIRE(five_points::prediction(trained, 1, -1) == Approx(0.9533527373765618).epsilon(1e-15));
}

TEST_CASE("the loss with logits is the cross-entropy of the prediction") {
  std::vector<double> unused(9);
  for (const double y : {0.0, 1.0}) {
    const std::vector<double> sample = {1, -1, y};
    const double p = five_points::prediction(trained, 1, -1);
    const double expected = -y * std::log(p) - (1 - y) * std::log(1 - p);
    REQUIRE(five_points::loss(trained, sample, unused) == Approx(expected).epsilon(1e-13));
  }
}

TEST_CASE("the emitted gradients agree with central differences") {
  Random random(5);
  for (int round = 0; round < 20; ++round) {
    const std::vector<double> weights = draw_normal(random, five_points::weight_count);
    const Samples points = five_points::read_points(csv);
    REQUIRE(check_gradient(mean_over(five_points::loss, points), weights).passed);
    REQUIRE(check_gradient(mean_over(five_points::full_batch_term, points), weights).passed);
  }
}

TEST_CASE("the full-batch loss and the loss with logits are the same function") {
  Random random(6);
  const std::vector<double> weights = draw_normal(random, five_points::weight_count);
  const std::vector<double> ordered = five_points::reorder_full_batch(weights);
  std::vector<double> unused(9);
  for (const std::vector<double>& point : five_points::read_points(csv)) {
    REQUIRE(five_points::full_batch_term(weights, point, unused) ==
            Approx(five_points::loss(ordered, point, unused)).epsilon(1e-12));
  }
}

TEST_CASE("starting weights are within sqrt(6/4) and biases are 0") {
  Random random(1);
  const std::vector<double> weights = five_points::draw_weights(random);
  for (const std::size_t bias : {0U, 3U, 6U}) REQUIRE(weights[bias] == 0);
  for (const std::size_t weight : {1U, 2U, 4U, 5U, 7U, 8U}) {
    REQUIRE(weights[weight] != 0);
    REQUIRE(std::fabs(weights[weight]) < std::sqrt(1.5));
  }
}

TEST_CASE("the emitted quadratic goes down to lab 3's point in 18 updates") {
  const Descent result = descend(five_points::quadratic, {6, 6}, {0.1, 100, 1e-4});
  REQUIRE(result.steps == 18);
  REQUIRE(result.point[0] == Approx(7.996743172804179).epsilon(1e-15));
  REQUIRE(result.point[1] == Approx(4.003256827195821).epsilon(1e-15));
}
