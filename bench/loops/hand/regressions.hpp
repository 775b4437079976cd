#pragma once

// Gradients by hand of sums over samples. All of them go through the samples once and add to the
// gradient in place; a value's operations keep the spec's order.

#include <cmath>

namespace gradsmith::bench::hand {

// Four samples at a time: the loops over coefficients are short, and what they cost is fetching
// coefficients and adding to the gradient.
inline double polynomial_fit(const double* w, int m, const double* x, const double* y, int n,
                             double* __restrict d_w) {
  constexpr int kAtOnce = 4;
  for (int k = 0; k < m; ++k) d_w[k] = 0;
  double sum = 0;
  int i = 0;
  for (; i + kAtOnce <= n; i += kAtOnce) {
    double at[kAtOnce], p[kAtOnce] = {}, power[kAtOnce];
    for (int s = 0; s < kAtOnce; ++s) at[s] = x[i + s];
    for (int k = m - 1; k >= 0; --k) {
      for (int s = 0; s < kAtOnce; ++s) p[s] = p[s] * at[s] + w[k];
    }
    for (int s = 0; s < kAtOnce; ++s) {
      const double r = p[s] - y[i + s];
      sum += r * r;
      power[s] = 2 * r;
    }
    for (int k = 0; k < m; ++k) {
      d_w[k] += (power[0] + power[1]) + (power[2] + power[3]);
      for (int s = 0; s < kAtOnce; ++s) power[s] *= at[s];
    }
  }
  for (; i < n; ++i) {
    double p = 0;
    for (int k = m - 1; k >= 0; --k) p = p * x[i] + w[k];
    const double r = p - y[i];
    sum += r * r;
    double power = 2 * r;
    for (int k = 0; k < m; ++k) {
      d_w[k] += power;
      power *= x[i];
    }
  }
  return sum;
}

inline double ridge(const double* w, double b, const double* X, const double* y, int n, int d,
                    double lambda, double* __restrict d_w, double& d_b) {
  double penalty = 0;
  for (int j = 0; j < d; ++j) {
    penalty += w[j] * w[j];
    d_w[j] = 2 * lambda * w[j];
  }
  double sum = 0;
  double d_bias = 0;
  for (int i = 0; i < n; ++i) {
    const double* row = X + i * d;
    double r = b - y[i];
    for (int j = 0; j < d; ++j) r += w[j] * row[j];
    sum += r * r;
    const double d_r = 2 * r;
    d_bias += d_r;
    for (int j = 0; j < d; ++j) d_w[j] += d_r * row[j];
  }
  d_b = d_bias;
  return sum + lambda * penalty;
}

// score: K.
inline double softmax_regression(const double* W, const double* b, const double* x,
                                 const int* label, int n, int d, int K, double* __restrict d_W,
                                 double* __restrict d_b, double* __restrict score) {
  for (int k = 0; k < K; ++k) d_b[k] = 0;
  for (int k = 0; k < K * d; ++k) d_W[k] = 0;
  double sum = 0;
  for (int i = 0; i < n; ++i) {
    const double* row = x + i * d;
    for (int k = 0; k < K; ++k) {
      double s = b[k];
      for (int j = 0; j < d; ++j) s += W[k * d + j] * row[j];
      score[k] = s;
    }
    double top = score[0];
    for (int k = 1; k < K; ++k) top = std::fmax(top, score[k]);
    const double of_label = score[label[i]];
    double total = 0;
    for (int k = 0; k < K; ++k) {
      score[k] = std::exp(score[k] - top);
      total += score[k];
    }
    sum += top + std::log(total) - of_label;
    const double scale = 1 / (total * n);
    for (int k = 0; k < K; ++k) {
      const double d_score = score[k] * scale - (k == label[i] ? 1.0 / n : 0.0);
      d_b[k] += d_score;
      for (int j = 0; j < d; ++j) d_W[k * d + j] += d_score * row[j];
    }
  }
  return sum / n;
}

// hidden and d_hidden: m each; score: K.
inline double classifier(const double* W1, const double* b1, const double* W2, const double* b2,
                         const double* x, const int* label, int n, int d, int m, int K,
                         double* __restrict d_W1, double* __restrict d_b1, double* __restrict d_W2,
                         double* __restrict d_b2, double* __restrict hidden,
                         double* __restrict d_hidden, double* __restrict score) {
  for (int k = 0; k < m * d; ++k) d_W1[k] = 0;
  for (int k = 0; k < m; ++k) d_b1[k] = 0;
  for (int k = 0; k < K * m; ++k) d_W2[k] = 0;
  for (int k = 0; k < K; ++k) d_b2[k] = 0;
  double sum = 0;
  for (int i = 0; i < n; ++i) {
    const double* row = x + i * d;
    for (int j = 0; j < m; ++j) {
      double a = b1[j];
      for (int c = 0; c < d; ++c) a += W1[j * d + c] * row[c];
      hidden[j] = std::tanh(a);
      d_hidden[j] = 0;
    }
    double total = 0;
    double of_label = 0;
    for (int k = 0; k < K; ++k) {
      double s = b2[k];
      for (int j = 0; j < m; ++j) s += W2[k * m + j] * hidden[j];
      if (k == label[i]) of_label = s;
      score[k] = std::exp(s);
      total += score[k];
    }
    sum += std::log(total) - of_label;
    const double scale = 1 / total;
    for (int k = 0; k < K; ++k) {
      const double d_score = score[k] * scale - (k == label[i] ? 1 : 0);
      d_b2[k] += d_score;
      for (int j = 0; j < m; ++j) {
        d_W2[k * m + j] += d_score * hidden[j];
        d_hidden[j] += d_score * W2[k * m + j];
      }
    }
    for (int j = 0; j < m; ++j) {
      const double d_a = d_hidden[j] * (1 - hidden[j] * hidden[j]);
      d_b1[j] += d_a;
      for (int c = 0; c < d; ++c) d_W1[j * d + c] += d_a * row[c];
    }
  }
  return sum;
}

// p: b1 w11 w21 b2 w12 w22 c u1 u2, and d in that order.
inline double network_over_samples(const double* p, const double* x1, const double* x2,
                                   const double* y, int n, double* __restrict d) {
  const double b1 = p[0], w11 = p[1], w21 = p[2], b2 = p[3], w12 = p[4], w22 = p[5];
  const double c = p[6], u1 = p[7], u2 = p[8];
  double d_b1 = 0, d_w11 = 0, d_w21 = 0, d_b2 = 0, d_w12 = 0, d_w22 = 0, d_c = 0, d_u1 = 0,
         d_u2 = 0;
  double sum = 0;
  for (int i = 0; i < n; ++i) {
    const double z1 = std::tanh(b1 + (x1[i] * w11 + x2[i] * w21));
    const double z2 = std::tanh(b2 + (x1[i] * w12 + x2[i] * w22));
    const double fin = c + (z1 * u1 + z2 * u2);
    const double e = 1 + std::exp(-fin);
    sum += fin - fin * y[i] + std::log(e);
    const double d_fin = 1 / e - y[i];
    const double d_z1 = d_fin * u1 * (1 - z1 * z1);
    const double d_z2 = d_fin * u2 * (1 - z2 * z2);
    d_c += d_fin;
    d_u1 += d_fin * z1;
    d_u2 += d_fin * z2;
    d_b1 += d_z1;
    d_w11 += d_z1 * x1[i];
    d_w21 += d_z1 * x2[i];
    d_b2 += d_z2;
    d_w12 += d_z2 * x1[i];
    d_w22 += d_z2 * x2[i];
  }
  const double all[] = {d_b1, d_w11, d_w21, d_b2, d_w12, d_w22, d_c, d_u1, d_u2};
  for (int k = 0; k < 9; ++k) d[k] = all[k];
  return sum;
}

}  // namespace gradsmith::bench::hand
