#pragma once

// Derivatives by hand of the Lennard-Jones energy: pairs as lanes, so that their divisions run
// together.

#include "keep_scalar.hpp"

namespace gradsmith::hand {

// The ten pairs of five atoms: first and second atom.
inline constexpr int kPairs = 10;
inline constexpr int kFirst[kPairs] = {1, 2, 2, 3, 3, 3, 4, 4, 4, 4};
inline constexpr int kSecond[kPairs] = {0, 0, 1, 0, 1, 2, 0, 1, 2, 3};

inline void lennard_jones_gradient(const double* __restrict p, double* __restrict out) {
  double x[kPairs], y[kPairs], z[kPairs], energy[kPairs];
#pragma GCC unroll 10
  for (int i = 0; i < kPairs; ++i) {
    x[i] = p[3 * kFirst[i]] - p[3 * kSecond[i]];
    y[i] = p[3 * kFirst[i] + 1] - p[3 * kSecond[i] + 1];
    z[i] = p[3 * kFirst[i] + 2] - p[3 * kSecond[i] + 2];
  }
  for (int i = 0; i < kPairs; ++i) {
    const double s = 1 / (x[i] * x[i] + y[i] * y[i] + z[i] * z[i]);
    const double s3 = s * s * s;
    const double s6 = s3 * s3;
    energy[i] = 4 * (s6 - s3);
    // d energy / d r2 = -s (24 s6 - 12 s3), times 2 for the square.
    const double force = s * (24 * s3 - 48 * s6);
    x[i] *= force;
    y[i] *= force;
    z[i] *= force;
  }
  double d[15] = {};
#pragma GCC unroll 10
  for (int i = 0; i < kPairs; ++i) {
    d[3 * kFirst[i]] += x[i];
    d[3 * kFirst[i] + 1] += y[i];
    d[3 * kFirst[i] + 2] += z[i];
    d[3 * kSecond[i]] -= x[i];
    d[3 * kSecond[i] + 1] -= y[i];
    d[3 * kSecond[i] + 2] -= z[i];
  }
#pragma GCC unroll 15
  for (int i = 0; i < 15; ++i) out[1 + i] = d[i];
  out[0] = ((energy[0] + energy[1]) + (energy[2] + energy[3])) +
           ((energy[4] + energy[5]) + (energy[6] + energy[7])) + (energy[8] + energy[9]);
}

// The lower triangle, row by row: each pair contributes B = b I + a v v' to two blocks on the
// diagonal and -B to one below it.
GRADSMITH_BENCH_SCALAR inline void lennard_jones_hessian(const double* __restrict p,
                                                         double* __restrict out) {
  double b[6][kPairs];
#pragma GCC unroll 10
  for (int i = 0; i < kPairs; ++i) {
    b[0][i] = p[3 * kFirst[i]] - p[3 * kSecond[i]];
    b[1][i] = p[3 * kFirst[i] + 1] - p[3 * kSecond[i] + 1];
    b[2][i] = p[3 * kFirst[i] + 2] - p[3 * kSecond[i] + 2];
  }
  for (int i = 0; i < kPairs; ++i) {
    const double x = b[0][i], y = b[1][i], z = b[2][i];
    const double s = 1 / (x * x + y * y + z * z);
    const double s2 = s * s;
    const double s3 = s2 * s;
    const double s6 = s3 * s3;
    const double along = s * (24 * s3 - 48 * s6);
    const double across = s2 * (672 * s6 - 192 * s3);
    const double ax = across * x, ay = across * y, az = across * z;
    b[0][i] = ax * x + along;
    b[1][i] = ax * y;
    b[2][i] = ay * y + along;
    b[3][i] = ax * z;
    b[4][i] = ay * z;
    b[5][i] = az * z + along;
  }
  double diagonal[5][6] = {};
#pragma GCC unroll 10
  for (int i = 0; i < kPairs; ++i) {
    const int first = 3 * kFirst[i];
    const int second = 3 * kSecond[i];
    for (int k = 0; k < 6; ++k) {
      diagonal[kFirst[i]][k] += b[k][i];
      diagonal[kSecond[i]][k] += b[k][i];
    }
    double* row0 = out + first * (first + 1) / 2 + second;
    double* row1 = row0 + first + 1;
    double* row2 = row1 + first + 2;
    row0[0] = -b[0][i];
    row0[1] = row1[0] = -b[1][i];
    row1[1] = -b[2][i];
    row0[2] = row2[0] = -b[3][i];
    row1[2] = row2[1] = -b[4][i];
    row2[2] = -b[5][i];
  }
#pragma GCC unroll 5
  for (int atom = 0; atom < 5; ++atom) {
    const int n = 3 * atom;
    double* row0 = out + n * (n + 1) / 2 + n;
    double* row1 = row0 + n + 1;
    double* row2 = row1 + n + 2;
    row0[0] = diagonal[atom][0];
    row1[0] = diagonal[atom][1];
    row1[1] = diagonal[atom][2];
    row2[0] = diagonal[atom][3];
    row2[1] = diagonal[atom][4];
    row2[2] = diagonal[atom][5];
  }
}

}  // namespace gradsmith::hand
