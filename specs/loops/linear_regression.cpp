// Least squares for a linear function of d features over n samples, without and with a penalty on
// the weights.

#include <gradsmith/spec.hpp>

namespace linear_regression {

using gradsmith::data;
using gradsmith::param;

static double squared_residuals(const double* w, double b, const double* X, const double* y, int n,
                                int d) {
  double sum = 0;
  for (int i = 0; i < n; ++i) {
    double r = b - y[i];
    for (int j = 0; j < d; ++j) r += w[j] * X[i * d + j];
    sum += r * r;
  }
  return sum;
}

double least_squares(const param<double>* w, param<double> b, const double* X, const double* y,
                     int n, int d) {
  return squared_residuals(w, b, X, y, n, d);
}

double ridge(const param<double>* w, param<double> b, const double* X, const double* y, int n,
             int d, double lambda) {
  double penalty = 0;
  for (int j = 0; j < d; ++j) penalty += w[j] * w[j];
  return squared_residuals(w, b, X, y, n, d) + lambda * penalty;
}

}  // namespace linear_regression
