#include "frontend/integers.hpp"

#include <algorithm>

namespace gradsmith::frontend {
namespace {

using Wide = __int128;

std::int64_t saturated(Wide x) {
  constexpr Wide low = std::numeric_limits<std::int64_t>::min();
  constexpr Wide high = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::clamp(x, low, high));
}

template <class F>
Interval corners(const Interval& a, const Interval& b, F f) {
  const Wide values[] = {f(Wide(a.low), Wide(b.low)), f(Wide(a.low), Wide(b.high)),
                         f(Wide(a.high), Wide(b.low)), f(Wide(a.high), Wide(b.high))};
  return {saturated(*std::min_element(values, values + 4)),
          saturated(*std::max_element(values, values + 4))};
}

}  // namespace

Interval operator+(const Interval& a, const Interval& b) {
  return {saturated(Wide(a.low) + b.low), saturated(Wide(a.high) + b.high)};
}

Interval operator-(const Interval& a, const Interval& b) {
  return {saturated(Wide(a.low) - b.high), saturated(Wide(a.high) - b.low)};
}

Interval operator*(const Interval& a, const Interval& b) {
  return corners(a, b, [](Wide x, Wide y) { return x * y; });
}

Interval quotient(const Interval& a, const Interval& b) {
  if (b.low > 0 || b.high < 0) {
    return corners(a, b, [](Wide x, Wide y) { return x / y; });
  }
  // No quotient is larger than its dividend.
  const Wide size = std::max(Wide(a.high), -Wide(a.low));
  return {saturated(-size), saturated(size)};
}

Interval remainder(const Interval& a, const Interval& b) {
  const Wide most = std::max(Wide(b.high), -Wide(b.low)) - 1;
  return {a.low >= 0 ? 0 : saturated(std::max(-most, Wide(a.low))),
          a.high <= 0 ? 0 : saturated(std::min(most, Wide(a.high)))};
}

Interval meet(const Interval& a, const Interval& b) {
  return {std::max(a.low, b.low), std::min(a.high, b.high)};
}

Interval hull(const Interval& a, const Interval& b) {
  return {std::min(a.low, b.low), std::max(a.high, b.high)};
}

std::optional<bool> compare(Op op, const Interval& a, const Interval& b) {
  const bool apart = a.high < b.low || a.low > b.high;
  const bool equal = a.low == a.high && a == b;
  switch (op) {
    case Op::Lt:
    case Op::Ge:
      if (a.high < b.low) return op == Op::Lt;
      // The largest end may stand for numbers beyond it.
      if (a.low >= b.high && b.high != Interval{}.high) return op == Op::Ge;
      return std::nullopt;
    case Op::Gt:
    case Op::Le:
      return compare(op == Op::Gt ? Op::Lt : Op::Ge, b, a);
    case Op::Eq:
    case Op::Ne:
      if (apart || equal) return equal == (op == Op::Eq);
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

Interval range_of_type(clang::QualType type, const clang::ASTContext& context) {
  if (type->isBooleanType()) return {0, 1};
  if (const auto* e = type->getAs<clang::EnumType>(); e && !e->getDecl()->isFixed()) {
    llvm::APInt end, first;  // the largest one plus one
    e->getDecl()->getValueRange(end, first);
    if (end.getSignificantBits() <= 63) return {first.getSExtValue(), end.getSExtValue() - 1};
  }
  const unsigned width = context.getIntWidth(type);
  const bool is_signed = type->isSignedIntegerOrEnumerationType();
  if (width >= 64) {
    return is_signed ? Interval{} : Interval{0, std::numeric_limits<std::int64_t>::max()};
  }
  if (!is_signed) return {0, (std::int64_t{1} << width) - 1};
  return {-(std::int64_t{1} << (width - 1)), (std::int64_t{1} << (width - 1)) - 1};
}

}  // namespace gradsmith::frontend
