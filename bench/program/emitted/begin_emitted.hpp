#pragma once

// What must stand before emitted headers that are included inside a namespace, so that those of
// several policies do not meet: the standard headers that they include, outside of it.

#include <array>
#include <cmath>
#include <cstddef>

#include "emitted/kernels.hpp"

namespace gradsmith {

// Takes the lower triangle out of a square matrix that nobody else will see: compilers do not
// compute what is not taken. Below the diagonal only band entries of a row are not zero everywhere.
template <int n, int band = n>
inline void lower_triangle(const double* square, double* out) {
#pragma GCC unroll 16
  for (int i = 0; i < n; ++i) {
#pragma GCC unroll 16
    for (int j = 0; j <= i; ++j, ++out) {
      if (i - j <= band) *out = square[n * i + j];
    }
  }
}

}  // namespace gradsmith
