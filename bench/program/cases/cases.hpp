#pragma once

// One function for each row of cases.def, defined in the file of its function.

#include "contest.hpp"

namespace gradsmith {

#define GRADSMITH_BENCH_CASE(id, ...) Case case_##id();
#include "cases.def"
#undef GRADSMITH_BENCH_CASE

}  // namespace gradsmith
