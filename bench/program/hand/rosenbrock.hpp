#pragma once

// Derivatives by hand of Rosenbrock's valley: one walk along the valley.

#include "keep_scalar.hpp"

namespace gradsmith::hand {

GRADSMITH_BENCH_SCALAR inline void rosenbrock_gradient(const double* __restrict p,
                                                       double* __restrict out) {
  double even = 0, odd = 0;
  double from_left = 0;
#pragma GCC unroll 16
  for (int i = 0; i < 15; ++i) {
    const double across = p[i + 1] - p[i] * p[i];
    const double along = 1 - p[i];
    (i % 2 == 0 ? even : odd) += 100 * across * across + along * along;
    out[1 + i] = from_left - 400 * across * p[i] - 2 * along;
    from_left = 200 * across;
  }
  out[16] = from_left;
  out[0] = even + odd;
}

// The lower triangle, row by row, without the zeros: of each row the last two.
GRADSMITH_BENCH_SCALAR inline void rosenbrock_hessian(const double* __restrict p,
                                                      double* __restrict out) {
  out[0] = 1200 * p[0] * p[0] - 400 * p[1] + 2;
#pragma GCC unroll 16
  for (int i = 1; i < 16; ++i) {
    double* row = out + i * (i + 1) / 2;
    row[i - 1] = -400 * p[i - 1];
    row[i] = i < 15 ? 1200 * p[i] * p[i] - 400 * p[i + 1] + 202 : 200;
  }
}

}  // namespace gradsmith::hand
