// The 2-2-1 network of five_points.cpp, its loss summed over n samples.

#include <cmath>
#include <gradsmith/spec.hpp>

namespace network_over_samples {

using gradsmith::data;

double loss(double b1, double w11, double w21, double b2, double w12, double w22, double c,
            double u1, double u2, const data<double>* x1, const data<double>* x2,
            const data<double>* y, int n) {
  double sum = 0;
  for (int i = 0; i < n; ++i) {
    const double z1out = std::tanh(b1 + (x1[i] * w11 + x2[i] * w21));
    const double z2out = std::tanh(b2 + (x1[i] * w12 + x2[i] * w22));
    const double fin = c + (z1out * u1 + z2out * u2);
    sum += fin - fin * y[i] + std::log(1 + std::exp(-fin));
  }
  return sum;
}

}  // namespace network_over_samples
