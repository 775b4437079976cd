#pragma once

// A sparse matrix as emitted code has it, spread out. C++11, as what it is included by.

#include <cstdio>
#include <cstdlib>

namespace oracle {

/// Puts values in compressed rows into a matrix of zeros, and mirrors a lower triangle. Ends the
/// program where the pattern is none: ascending, in range, the lower triangle alone of a symmetric
/// matrix; or where anything was written behind the last value, which held `poison`.
template <class T>
void spread(const int* row_starts, const int* columns, int rows, int cols, int nonzeros,
            bool symmetric, const T* values, T poison, T* matrix) {
  bool good = row_starts[0] == 0 && row_starts[rows] == nonzeros && !(values[nonzeros] < poison) &&
              !(values[nonzeros] > poison);
  for (int i = 0; good && i < rows; ++i) {
    good = row_starts[i] <= row_starts[i + 1];
    for (int k = row_starts[i]; good && k < row_starts[i + 1]; ++k) {
      const int j = columns[k];
      good = j >= 0 && j < (symmetric ? i + 1 : cols) && (k == row_starts[i] || columns[k - 1] < j);
      if (!good) break;
      matrix[i * cols + j] = values[k];
      if (symmetric) matrix[j * cols + i] = values[k];
    }
  }
  if (good) return;
  std::printf("a pattern that is none, or a value too many\n");
  std::abort();
}

}  // namespace oracle
