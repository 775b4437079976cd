#pragma once

// What gradsmith emits under each floating-point policy, as kernels: for each case of cases.def
// finite::lab5_gradient() and so on. Those of Hessians write all that the emitted function gives:
// the value, the gradient, and all rows.

#include "contest.hpp"

namespace gradsmith {

#define GRADSMITH_BENCH_CASE(id, ...) Kernel id();
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
