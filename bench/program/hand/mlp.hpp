#pragma once

// The gradient by hand of the 4-16-16-3 classifier: two passes, as loops over vectors.

#include <cmath>
#include <cstring>

#include "functions/mlp.hpp"

namespace gradsmith::hand {

// Eight numbers that are added and multiplied together, by GCC's and Clang's extension.
using Eight = double __attribute__((vector_size(64)));

// The scalar product of two rows of 16.
inline double dot16(const double* __restrict a, const double* __restrict b) {
  Eight x[2], y[2];
  std::memcpy(x, a, sizeof x);
  std::memcpy(y, b, sizeof y);
  const Eight s = x[0] * y[0] + x[1] * y[1];
  return ((s[0] + s[4]) + (s[1] + s[5])) + ((s[2] + s[6]) + (s[3] + s[7]));
}

inline void mlp_gradient(const double* __restrict in, double* __restrict out) {
  constexpr int n = Mlp::kHidden;
  const double* W2 = in + Mlp::kW2;
  const double* W3 = in + Mlp::kW3;
  const double* x = in + Mlp::kParameters;
  const double* onehot = x + Mlp::kInputs;

  double h1[n], h2[n];
  for (int i = 0; i < n; ++i) {
    double sum = in[Mlp::kB1 + i];
    for (int j = 0; j < 4; ++j) sum += in[4 * i + j] * x[j];
    h1[i] = std::tanh(sum);
  }
  for (int i = 0; i < n; ++i) {
    h2[i] = std::tanh(in[Mlp::kB2 + i] + dot16(W2 + n * i, h1));
  }
  double e[3], sum = 0, of_true_class = 0;
  for (int k = 0; k < 3; ++k) {
    const double score = in[Mlp::kB3 + k] + dot16(W3 + n * k, h2);
    e[k] = std::exp(score);
    sum += e[k];
    of_true_class += onehot[k] * score;
  }
  out[0] = std::log(sum) - of_true_class;

  double* d = out + 1;
  const double inv = 1 / sum;
  double d_h2[n] = {};
  for (int k = 0; k < 3; ++k) {
    const double d_score = e[k] * inv - onehot[k];
    d[Mlp::kB3 + k] = d_score;
    for (int j = 0; j < n; ++j) {
      d[Mlp::kW3 + n * k + j] = d_score * h2[j];
      d_h2[j] += d_score * W3[n * k + j];
    }
  }
  double d_h1[n] = {};
  for (int i = 0; i < n; ++i) {
    const double d_z = d_h2[i] * (1 - h2[i] * h2[i]);
    d[Mlp::kB2 + i] = d_z;
    for (int j = 0; j < n; ++j) {
      d[Mlp::kW2 + n * i + j] = d_z * h1[j];
      d_h1[j] += d_z * W2[n * i + j];
    }
  }
  for (int i = 0; i < n; ++i) {
    const double d_z = d_h1[i] * (1 - h1[i] * h1[i]);
    d[Mlp::kB1 + i] = d_z;
    for (int j = 0; j < 4; ++j) d[4 * i + j] = d_z * x[j];
  }
}

}  // namespace gradsmith::hand
