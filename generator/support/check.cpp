#include "support/check.hpp"

#include <fmt/core.h>

#include <cstdio>
#include <cstdlib>

namespace gradsmith {

void check_failed(const char* file, int line, const char* condition, const std::string& detail) {
  fmt::print(stderr, "gradsmith: internal error at {}:{}: {} does not hold{}{}\n", file, line,
             condition, detail.empty() ? "" : ": ", detail);
  std::fflush(stderr);
  std::abort();
}

}  // namespace gradsmith
