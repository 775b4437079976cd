#pragma once

#include <array>
#include <filesystem>
#include <span>
#include <vector>

#include "runtime/objective.hpp"
#include "runtime/random.hpp"

// The network of specs/five_points.cpp and lab 3's quadratic, by the code emitted for them, in the
// shape that the optimisers take. Weights stand in the order of the spec's parameters.
namespace gradsmith::runtime::five_points {

inline constexpr std::size_t weight_count = 9;

// In the order of `loss` and `prediction`.
inline constexpr std::array<const char*, weight_count> weight_names = {
    "b1", "w11", "w21", "b2", "w12", "w22", "c", "u1", "u2"};

// The five points: rows x1, x2, y.
Samples read_points(const std::filesystem::path& file);

// Weights uniform in +-sqrt(6/4), drawn in the order above; biases 0.
std::vector<double> draw_weights(Random& random);

// The loss with logits.
double loss(std::span<const double> weights, std::span<const double> sample,
            std::span<double> gradient);

// The probability of y = 1.
double prediction(std::span<const double> weights, double x1, double x2);

// A term of the full-batch loss; its weights stand in the order b1 b2 w11 w12 w21 w22 c u1 u2.
double full_batch_term(std::span<const double> weights, std::span<const double> sample,
                       std::span<double> gradient);

// From the order of full_batch_term to the order of loss and prediction.
std::vector<double> reorder_full_batch(std::span<const double> weights);

// f(x1, x2) = (x1-6)^2 + x2^2 - x1 x2.
double quadratic(std::span<const double> point, std::span<double> gradient);

}  // namespace gradsmith::runtime::five_points
