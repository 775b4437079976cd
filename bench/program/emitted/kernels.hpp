#pragma once

// What gradsmith emits under each floating-point policy, as kernels: for each case of cases.def
// finite::lab5_gradient() and so on. Those of Hessians write the entries of the lower triangle that
// are not always zero, in compressed rows.

#include "contest.hpp"

namespace gradsmith {

struct Emitted {
  Kernel kernel;
  // Of a Hessian: where each entry of the lower triangle stands in what the kernel writes, -1 for
  // those that are left out, and how many numbers it writes.
  std::vector<int> places = {};
  int written = 0;
};

// A Hessian by the constants beside the emitted function.
inline Emitted emitted_hessian(Kernel kernel, const int* row_starts, const int* columns, int rows) {
  Emitted made{kernel, {}, row_starts[rows]};
  for (int i = 0; i < rows; ++i) {
    int k = row_starts[i];
    for (int j = 0; j <= i; ++j) {
      const bool is_there = k < row_starts[i + 1] && columns[k] == j;
      made.places.push_back(is_there ? k++ : -1);
    }
  }
  return made;
}

#define GRADSMITH_BENCH_CASE(id, ...) Emitted id();
namespace strict {
#include "cases.def"
}
namespace finite {
#include "cases.def"
}
namespace fast {
#include "cases.def"
}
#undef GRADSMITH_BENCH_CASE

}  // namespace gradsmith
