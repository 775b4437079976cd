// T steps of Runge and Kutta's fourth-order method for a ring of n coupled oscillators,
// y_i' = a_i * sin(y_{i+1} - y_i): the squared distance from a target after the last step. The
// caller gives room for the state and for four slopes.

#include <cmath>
#include <gradsmith/spec.hpp>

namespace runge_kutta {

using gradsmith::data;
using gradsmith::work;

static void slope(const double* a, const double* y, int n, double* dy) {
  for (int i = 0; i < n; ++i) dy[i] = a[i] * std::sin(y[i + 1 < n ? i + 1 : 0] - y[i]);
}

double distance(const double* a, const double* start, const data<double>* target, int n, int T,
                data<double> dt, work<double>* y, work<double>* k, work<double>* sum,
                work<double>* at) {
  for (int i = 0; i < n; ++i) y[i] = start[i];
  for (int t = 0; t < T; ++t) {
    slope(a, y, n, k);
    for (int i = 0; i < n; ++i) {
      sum[i] = k[i];
      at[i] = y[i] + 0.5 * dt * k[i];
    }
    slope(a, at, n, k);
    for (int i = 0; i < n; ++i) {
      sum[i] += 2 * k[i];
      at[i] = y[i] + 0.5 * dt * k[i];
    }
    slope(a, at, n, k);
    for (int i = 0; i < n; ++i) {
      sum[i] += 2 * k[i];
      at[i] = y[i] + dt * k[i];
    }
    slope(a, at, n, k);
    for (int i = 0; i < n; ++i) y[i] += dt / 6 * (sum[i] + k[i]);
  }
  double squares = 0;
  for (int i = 0; i < n; ++i) squares += (y[i] - target[i]) * (y[i] - target[i]);
  return squares;
}

}  // namespace runge_kutta
