// The course's fourth recitation: the derivative of one expression by finite differences, by
// symbolic differentiation and by reverse accumulation.

#include <array>
#include <cmath>
#include <cstdio>

#include "specs/learning/recitation.grad.hpp"

namespace {

constexpr double kX = 2;
constexpr double kZ = 3;

void finite_differences(double exact) {
  std::printf(
      "central differences for dy/dx: too large a step is wrong, and so is too small a one\n"
      "     step   difference         error\n");
  for (int power = 1; power <= 14; ++power) {
    const double step = std::pow(10.0, -power);
    const double difference =
        (recitation::y_value(kX + step, kZ) - recitation::y_value(kX - step, kZ)) / (2 * step);
    std::printf("    1e-%02d   %-16.12g   %.1e\n", power, difference,
                std::fabs(difference - exact));
  }
}

void symbolic() {
  std::printf(
      "symbolic: each partial is an expression of its own\n"
      "    dy/dx = %.15g\n    dy/dz = %.15g\n",
      recitation::y_d_x(kX, kZ), recitation::y_d_z(kX, kZ));
}

void reverse() {
  const std::array<double, 6> value = recitation::quantities_value(kX, kZ);
  struct Row {
    const char* name;
    double adjoint;
  };
  const Row rows[] = {
      {"xz", recitation::y_d_xz(kX, kZ)},          {"ln x", recitation::y_d_ln_x(kX, kZ)},
      {"exp(xz)", recitation::y_d_power(kX, kZ)},  {"xz/ln x", recitation::y_d_quotient(kX, kZ)},
      {"sin(ln x)", recitation::y_d_sine(kX, kZ)}, {"sin(ln x)/xz", recitation::y_d_ratio(kX, kZ)}};
  std::printf("reverse accumulation: values forward\n");
  for (std::size_t k = 0; k < 6; ++k) std::printf("    %-12s  %.16g\n", rows[k].name, value[k]);
  std::printf("and adjoints backward, each dy by that quantity\n");
  for (std::size_t k = 6; k-- > 0;)
    std::printf("    %-12s  %.16g\n", rows[k].name, rows[k].adjoint);
  recitation::y_partials d{};
  const double y = recitation::y_gradient(kX, kZ, d);
  std::printf("    y = %.17g, dy/dx = %.17g, dy/dz = %.17g\n", y, d.x, d.z);
}

}  // namespace

int main() {
  recitation::y_partials d{};
  recitation::y_gradient(kX, kZ, d);
  finite_differences(d.x);
  symbolic();
  reverse();
  return 0;
}
