#pragma once

// The two networks written with care by hand: loss and gradient of a sample, added up, as one would
// write them without a tool.

#include <cmath>
#include <cstddef>

namespace hand {

// Parameters b1 w11 w21 b2 w12 w22 c u1 u2; adds the gradient of a sample, gives its loss.
inline double five_points(const double* w, double x1, double x2, double y, double* g) {
  const double z1 = std::tanh(w[0] + (x1 * w[1] + x2 * w[2]));
  const double z2 = std::tanh(w[3] + (x1 * w[4] + x2 * w[5]));
  const double fin = w[6] + (w[7] * z1 + w[8] * z2);
  const double e = std::exp(-std::fabs(fin));
  const double p = fin >= 0 ? 1 / (1 + e) : e / (1 + e);
  const double d = p - y;
  const double d1 = d * w[7] * (1 - z1 * z1);
  const double d2 = d * w[8] * (1 - z2 * z2);
  g[0] += d1;
  g[1] += d1 * x1;
  g[2] += d1 * x2;
  g[3] += d2;
  g[4] += d2 * x1;
  g[5] += d2 * x2;
  g[6] += d;
  g[7] += d * z1;
  g[8] += d * z2;
  return std::fmax(-fin, 0) + std::log1p(e) + fin - fin * y;
}

// Parameters W1[64][32], b1[32], W2[32][10], b2[10] one behind the other. Both inner loops run
// along rows, so that compilers can use vectors without changing the order of any sum.
inline double digits(const double* w, const double* x, int label, double* g) {
  const double* W1 = w;
  const double* b1 = W1 + 64 * 32;
  const double* W2 = b1 + 32;
  const double* b2 = W2 + 32 * 10;
  double* dW1 = g;
  double* db1 = dW1 + 64 * 32;
  double* dW2 = db1 + 32;
  double* db2 = dW2 + 32 * 10;
  double h[32];
  double score[10];
  for (int j = 0; j < 32; ++j) h[j] = b1[j];
  for (int i = 0; i < 64; ++i) {
    for (int j = 0; j < 32; ++j) h[j] += W1[i * 32 + j] * x[i];
  }
  for (int j = 0; j < 32; ++j) h[j] = std::tanh(h[j]);
  for (int k = 0; k < 10; ++k) score[k] = b2[k];
  for (int j = 0; j < 32; ++j) {
    for (int k = 0; k < 10; ++k) score[k] += W2[j * 10 + k] * h[j];
  }
  double largest = score[0];
  for (int k = 1; k < 10; ++k) largest = score[k] > largest ? score[k] : largest;
  const double of_label = score[label];
  double total = 0;
  for (int k = 0; k < 10; ++k) {
    score[k] = std::exp(score[k] - largest);
    total += score[k];
  }
  for (int k = 0; k < 10; ++k) {
    score[k] = score[k] / total - (k == label ? 1 : 0);
    db2[k] += score[k];
  }
  double dh[32];
  for (int j = 0; j < 32; ++j) {
    double sum = 0;
    for (int k = 0; k < 10; ++k) {
      dW2[j * 10 + k] += score[k] * h[j];
      sum += score[k] * W2[j * 10 + k];
    }
    dh[j] = sum * (1 - h[j] * h[j]);
    db1[j] += dh[j];
  }
  for (int i = 0; i < 64; ++i) {
    for (int j = 0; j < 32; ++j) dW1[i * 32 + j] += x[i] * dh[j];
  }
  return largest + std::log(total) - of_label;
}

}  // namespace hand
