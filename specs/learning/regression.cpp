// Linear regression for d features: the sum of squares over n samples, without and with a penalty
// on the weights but not on the constant, and what is predicted for one sample.

#include <gradsmith/spec.hpp>

namespace regression {

using gradsmith::data;
using gradsmith::param;

double predict(const param<double>* w, param<double> b, const double* x, int d) {
  double sum = b;
  for (int j = 0; j < d; ++j) sum += w[j] * x[j];
  return sum;
}

static double squares(const double* w, double b, const double* x, const double* y, int n, int d) {
  double sum = 0;
  for (int i = 0; i < n; ++i) {
    const double r = predict(w, b, x + i * d, d) - y[i];
    sum += r * r;
  }
  return sum;
}

double least_squares(const param<double>* w, param<double> b, const double* x, const double* y,
                     int n, int d) {
  return squares(w, b, x, y, n, d);
}

double ridge(const param<double>* w, param<double> b, const double* x, const double* y, int n,
             int d, double lambda) {
  double penalty = 0;
  for (int j = 0; j < d; ++j) penalty += w[j] * w[j];
  return squares(w, b, x, y, n, d) + lambda * penalty;
}

}  // namespace regression
