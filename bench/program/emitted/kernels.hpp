#pragma once

// What gradsmith emits under each floating-point policy, as kernels: for each case of cases.def
// finite::lab5_gradient() and so on.

#include "contest.hpp"

namespace gradsmith {

struct GradsmithKernels {
  // What the case asks for; of a Hessian the lower triangle.
  Kernel asked;
  // Of a Hessian all that the emitted function gives: value, gradient, all rows. Else null.
  Kernel whole;
};

#define GRADSMITH_BENCH_CASE(id, ...) GradsmithKernels id();
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
