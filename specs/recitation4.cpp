// The two functions of the course's fourth recitation: one to differentiate in three ways, and a
// network with four inputs, two hidden units and one output, o = A h + b21, h = sigma(W' x + b1).

#include <array>
#include <cmath>
#include <cstddef>
#include <gradsmith/spec.hpp>

namespace recitation4 {

using gradsmith::data;
using gradsmith::param;

double y(param<double> x, param<double> z) {
  return std::exp(x * z) + x * z / std::log(x) + std::sin(std::log(x)) / (x * z);
}

// The network as one expression.
double network(param<double> w11, param<double> w12, param<double> w21, param<double> w22,
               param<double> w31, param<double> w32, param<double> w41, param<double> w42,
               param<double> b11, param<double> b12, param<double> a1, param<double> a2,
               param<double> b21, data<double> x1, data<double> x2, data<double> x3,
               data<double> x4) {
  return a1 / (1 + std::exp(-(w11 * x1 + w21 * x2 + w31 * x3 + w41 * x4 + b11))) +
         a2 / (1 + std::exp(-(w12 * x1 + w22 * x2 + w32 * x3 + w42 * x4 + b12))) + b21;
}

static double sigma(double t) { return 1 / (1 + std::exp(-t)); }

// The same network in vector form.
double network_of_vectors(const param<std::array<std::array<double, 2>, 4>>& W,
                          const param<std::array<double, 2>>& b1,
                          const param<std::array<double, 2>>& A, param<double> b21,
                          const data<std::array<double, 4>>& x) {
  std::array<double, 2> h{};
  for (std::size_t k = 0; k < 2; ++k) {
    double t = b1[k];
    for (std::size_t i = 0; i < 4; ++i) t += W[i][k] * x[i];
    h[k] = sigma(t);
  }
  double o = b21;
  for (std::size_t k = 0; k < 2; ++k) o += A[k] * h[k];
  return o;
}

}  // namespace recitation4
