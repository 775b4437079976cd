#include "cases/cases.hpp"

namespace gradsmith {

std::vector<Case> all_cases() {
  return {
#define GRADSMITH_BENCH_CASE(id, ...) case_##id(),
#include "cases.def"
#undef GRADSMITH_BENCH_CASE
  };
}

}  // namespace gradsmith
