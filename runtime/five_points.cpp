#include "runtime/five_points.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "runtime/dataset.hpp"
#include "specs/five_points.grad.hpp"
#include "specs/quadratic.grad.hpp"

namespace gradsmith::runtime::five_points {

namespace {

// The emitted structs hold one double per parameter, in order, and nothing else.
template <std::size_t n, class Partials>
void copy_partials(const Partials& d, std::span<double> gradient) {
  const auto values = std::bit_cast<std::array<double, n>>(d);
  std::copy(values.begin(), values.end(), gradient.begin());
}

}  // namespace

Samples read_points(const std::filesystem::path& file) {
  const Dataset data = read_dataset(file);
  Samples samples(data.rows);
  for (const char* name : {"x1", "x2", "y"}) {
    const std::vector<double>& numbers = data.columns[data.find(name)].numbers;
    for (std::size_t i = 0; i < data.rows; ++i) samples[i].push_back(numbers[i]);
  }
  return samples;
}

std::vector<double> draw_weights(Random& random) {
  const double bound = std::sqrt(6.0 / 4.0);
  std::vector<double> weights(weight_count, 0.0);
  for (const std::size_t i : {1U, 2U, 4U, 5U, 7U, 8U}) weights[i] = random.uniform(-bound, bound);
  return weights;
}

double loss(std::span<const double> w, std::span<const double> s, std::span<double> gradient) {
  ::five_points::loss_partials d{};
  const double value = ::five_points::loss_gradient(w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7],
                                                    w[8], s[0], s[1], s[2], d);
  copy_partials<weight_count>(d, gradient);
  return value;
}

double prediction(std::span<const double> w, double x1, double x2) {
  return ::five_points::prediction_value(w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7], w[8], x1,
                                         x2);
}

double full_batch_term(std::span<const double> w, std::span<const double> s,
                       std::span<double> gradient) {
  ::five_points::full_batch_term_partials d{};
  const double value = ::five_points::full_batch_term_gradient(
      w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7], w[8], s[0], s[1], s[2], d);
  copy_partials<weight_count>(d, gradient);
  return value;
}

std::vector<double> reorder_full_batch(std::span<const double> w) {
  return {w[0], w[2], w[4], w[1], w[3], w[5], w[6], w[7], w[8]};
}

double quadratic(std::span<const double> point, std::span<double> gradient) {
  lab3::f_partials d{};
  const double value = lab3::f_gradient(point[0], point[1], d);
  copy_partials<2>(d, gradient);
  return value;
}

}  // namespace gradsmith::runtime::five_points
