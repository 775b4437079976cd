// A long short-term memory cell of h units over T steps of d inputs. The weights of the four gates
// (input, forget, output, candidate) stand one after the other: W is 4h x d, U 4h x h, b 4h. The
// loss is half the squared distance of v . state from y_t. The caller gives room for the state, the
// cell and the four gates.

#include <cmath>
#include <gradsmith/spec.hpp>

namespace lstm {

using gradsmith::data;
using gradsmith::work;

static double logistic(double x) { return 1 / (1 + std::exp(-x)); }

double loss(const double* W, const double* U, const double* b, const double* v,
            const data<double>* x, const data<double>* y, int T, int d, int h, work<double>* state,
            work<double>* cell, work<double>* gates) {
  for (int i = 0; i < h; ++i) {
    state[i] = 0;
    cell[i] = 0;
  }
  double sum = 0;
  for (int t = 0; t < T; ++t) {
    for (int r = 0; r < 4 * h; ++r) {
      double a = b[r];
      for (int j = 0; j < d; ++j) a += W[r * d + j] * x[t * d + j];
      for (int j = 0; j < h; ++j) a += U[r * h + j] * state[j];
      gates[r] = a;
    }
    double output = 0;
    for (int i = 0; i < h; ++i) {
      const double in = logistic(gates[i]);
      const double forget = logistic(gates[h + i]);
      const double out = logistic(gates[2 * h + i]);
      const double candidate = std::tanh(gates[3 * h + i]);
      cell[i] = forget * cell[i] + in * candidate;
      state[i] = out * std::tanh(cell[i]);
      output += v[i] * state[i];
    }
    sum += 0.5 * (output - y[t]) * (output - y[t]);
  }
  return sum;
}

}  // namespace lstm
