#pragma once

// The gradient by hand of the 4-16-16-3 classifier: two passes, as loops over vectors.

#include <cmath>
#include <cstring>

#include "functions/mlp.hpp"
#include "keep_scalar.hpp"

namespace gradsmith::hand {

// Eight numbers that are added and multiplied together, by GCC's and Clang's extension.
using Eight = double __attribute__((vector_size(64)));

// A row of 16 numbers, wherever it lies.
struct Row16 {
  Eight low, high;

  explicit Row16(const double* from) {
    std::memcpy(&low, from, sizeof low);
    std::memcpy(&high, from + 8, sizeof high);
  }
  Row16(const Eight& l, const Eight& h) : low(l), high(h) {}

  void store(double* to) const {
    std::memcpy(to, &low, sizeof low);
    std::memcpy(to + 8, &high, sizeof high);
  }
  void add(double factor, const Row16& row) {
    low += factor * row.low;
    high += factor * row.high;
  }
  Row16 times(double factor) const { return {factor * low, factor * high}; }
  double dot(const Row16& row) const {
    const Eight s = low * row.low + high * row.high;
    return ((s[0] + s[4]) + (s[1] + s[5])) + ((s[2] + s[6]) + (s[3] + s[7]));
  }
};

GRADSMITH_BENCH_SCALAR inline void mlp_gradient(const double* __restrict in,
                                                double* __restrict out) {
  constexpr int n = Mlp::kHidden;
  const double* W2 = in + Mlp::kW2;
  const double* W3 = in + Mlp::kW3;
  const double* x = in + Mlp::kParameters;
  const double* onehot = x + Mlp::kInputs;

  double h1[n], h2[n];
  for (int i = 0; i < n; ++i) {
    const double* W1 = in + 4 * i;
    h1[i] = in[Mlp::kB1 + i] + (W1[0] * x[0] + W1[1] * x[1]) + (W1[2] * x[2] + W1[3] * x[3]);
  }
  for (int i = 0; i < n; ++i) h1[i] = std::tanh(h1[i]);
  const Row16 first(h1);
  for (int i = 0; i < n; ++i) h2[i] = in[Mlp::kB2 + i] + first.dot(Row16(W2 + n * i));
  for (int i = 0; i < n; ++i) h2[i] = std::tanh(h2[i]);
  const Row16 second(h2);
  double e[3], sum = 0, of_true_class = 0;
  for (int k = 0; k < 3; ++k) {
    const double score = in[Mlp::kB3 + k] + second.dot(Row16(W3 + n * k));
    e[k] = std::exp(score);
    sum += e[k];
    of_true_class += onehot[k] * score;
  }
  out[0] = std::log(sum) - of_true_class;

  double* d = out + 1;
  const double inv = 1 / sum;
  Row16 to_second{Eight{}, Eight{}};
  for (int k = 0; k < 3; ++k) {
    const double d_score = e[k] * inv - onehot[k];
    d[Mlp::kB3 + k] = d_score;
    second.times(d_score).store(d + Mlp::kW3 + n * k);
    to_second.add(d_score, Row16(W3 + n * k));
  }
  double d_z[n];
  Row16(to_second.low * (1 - second.low * second.low),
        to_second.high * (1 - second.high * second.high))
      .store(d_z);
  std::memcpy(d + Mlp::kB2, d_z, sizeof d_z);
  const Row16 activity(h1);
  Row16 to_first{Eight{}, Eight{}};
  for (int i = 0; i < n; ++i) {
    activity.times(d_z[i]).store(d + Mlp::kW2 + n * i);
    to_first.add(d_z[i], Row16(W2 + n * i));
  }
  Row16(to_first.low * (1 - activity.low * activity.low),
        to_first.high * (1 - activity.high * activity.high))
      .store(d_z);
  std::memcpy(d + Mlp::kB1, d_z, sizeof d_z);
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < 4; ++j) d[4 * i + j] = d_z[i] * x[j];
  }
}

}  // namespace gradsmith::hand
