#pragma once

// Derivatives by hand of Rosenbrock's valley: loops that compilers vectorise, apart from the sum.

namespace gradsmith::hand {

inline void rosenbrock_gradient(const double* __restrict p, double* __restrict out) {
  double across[16], along[16];
  for (int i = 0; i < 15; ++i) {
    across[i] = p[i + 1] - p[i] * p[i];
    along[i] = 1 - p[i];
  }
  across[15] = along[15] = 0;
  double lane[8];
  for (int i = 0; i < 8; ++i) {
    lane[i] = 100 * across[i] * across[i] + along[i] * along[i] +
              (100 * across[i + 8] * across[i + 8] + along[i + 8] * along[i + 8]);
  }
  double* d = out + 1;
  for (int i = 0; i < 16; ++i) d[i] = -400 * across[i] * p[i] - 2 * along[i];
  for (int i = 0; i < 15; ++i) d[i + 1] += 200 * across[i];
  out[0] =
      ((lane[0] + lane[4]) + (lane[1] + lane[5])) + ((lane[2] + lane[6]) + (lane[3] + lane[7]));
}

// The lower triangle, row by row.
inline void rosenbrock_hessian(const double* __restrict p, double* __restrict out) {
  for (int i = 0; i < 136; ++i) out[i] = 0;
  out[0] = 1200 * p[0] * p[0] - 400 * p[1] + 2;
#pragma GCC unroll 16
  for (int i = 1; i < 16; ++i) {
    double* row = out + i * (i + 1) / 2;
    row[i - 1] = -400 * p[i - 1];
    row[i] = i < 15 ? 1200 * p[i] * p[i] - 400 * p[i + 1] + 202 : 200;
  }
}

}  // namespace gradsmith::hand
