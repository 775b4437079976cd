#pragma once

// Ranges of integers, for C++'s unsigned and narrow types: the graph computes in 64 signed bits,
// and what C++ would wrap is refused.

#include <clang/AST/ASTContext.h>
#include <clang/AST/Type.h>

#include <cstdint>
#include <limits>
#include <optional>

#include "ir/ops.hpp"

namespace gradsmith::frontend {

/// low <= x <= high; the ends saturate.
struct Interval {
  std::int64_t low = std::numeric_limits<std::int64_t>::min();
  std::int64_t high = std::numeric_limits<std::int64_t>::max();

  bool inside(const Interval& other) const { return low >= other.low && high <= other.high; }
  bool operator==(const Interval&) const = default;
};

Interval operator+(const Interval& a, const Interval& b);
Interval operator-(const Interval& a, const Interval& b);
Interval operator*(const Interval& a, const Interval& b);
/// Of integer division, rounding to zero, by a divisor that is not zero.
Interval quotient(const Interval& a, const Interval& b);
Interval remainder(const Interval& a, const Interval& b);
Interval meet(const Interval& a, const Interval& b);
Interval hull(const Interval& a, const Interval& b);
/// What a comparison of any two numbers in the intervals gives, where it is always the same.
std::optional<bool> compare(Op op, const Interval& a, const Interval& b);

/// What an integer type can hold; unsigned 64-bit values only up to the largest signed one. Of an
/// enumeration whose type the author left open: what its enumerators' bits can.
Interval range_of_type(clang::QualType type, const clang::ASTContext& context);

}  // namespace gradsmith::frontend
