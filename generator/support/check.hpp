#pragma once

// Checks of our own invariants. A failed check is a bug of gradsmith, never of its user: errors in
// a spec are `Refusal`s (support/refusal.hpp).

#include <fmt/format.h>

#include <string>

namespace gradsmith {

/// Prints the failed condition with its place and aborts.
[[noreturn]] void check_failed(const char* file, int line, const char* condition,
                               const std::string& detail);

}  // namespace gradsmith

/// Aborts with the formatted detail unless `condition` holds; stays on in release builds.
#define GRADSMITH_CHECK(condition, ...)                                                         \
  do {                                                                                          \
    if (!(condition)) {                                                                         \
      ::gradsmith::check_failed(__FILE__, __LINE__, #condition, ::fmt::format("" __VA_ARGS__)); \
    }                                                                                           \
  } while (false)

/// As GRADSMITH_CHECK(a == b), printing both operands.
#define GRADSMITH_CHECK_EQ(a, b) GRADSMITH_CHECK((a) == (b), "left is {}, right is {}", (a), (b))
