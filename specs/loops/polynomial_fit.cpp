// Least squares for a polynomial of m coefficients, by Horner's rule, over n points.

#include <gradsmith/spec.hpp>

namespace polynomial_fit {

using gradsmith::data;

double loss(const double* w, int m, const data<double>* x, const data<double>* y, int n) {
  double sum = 0;
  for (int i = 0; i < n; ++i) {
    double p = 0;
    for (int k = m - 1; k >= 0; --k) p = p * x[i] + w[k];
    const double r = p - y[i];
    sum += r * r;
  }
  return sum;
}

}  // namespace polynomial_fit
