// A recurrent network over T steps (Elman): h <- tanh(W x_t + U h + b), output v . h, and half its
// squared distance from y_t. The caller gives room for the state of h units and for the next one.

#include <cmath>
#include <gradsmith/spec.hpp>

namespace elman {

using gradsmith::data;
using gradsmith::work;

double loss(const double* W, const double* U, const double* b, const double* v,
            const data<double>* x, const data<double>* y, int T, int d, int h, work<double>* state,
            work<double>* next) {
  for (int i = 0; i < h; ++i) state[i] = 0;
  double sum = 0;
  for (int t = 0; t < T; ++t) {
    for (int i = 0; i < h; ++i) {
      double a = b[i];
      for (int j = 0; j < d; ++j) a += W[i * d + j] * x[t * d + j];
      for (int j = 0; j < h; ++j) a += U[i * h + j] * state[j];
      next[i] = std::tanh(a);
    }
    double output = 0;
    for (int i = 0; i < h; ++i) {
      state[i] = next[i];
      output += v[i] * next[i];
    }
    sum += 0.5 * (output - y[t]) * (output - y[t]);
  }
  return sum;
}

}  // namespace elman
