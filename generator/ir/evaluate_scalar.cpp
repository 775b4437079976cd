#include "ir/evaluate_scalar.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <limits>

#include "ir/evaluate.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

static_assert(std::numeric_limits<long double>::digits >= 63, "a long double holds every Index");

long double integer_value(Op op, std::int64_t x, std::int64_t y) {
  std::int64_t r = 0;
  bool overflow = false;
  switch (op) {
    case Op::Add:
      overflow = __builtin_add_overflow(x, y, &r);
      break;
    case Op::Sub:
      overflow = __builtin_sub_overflow(x, y, &r);
      break;
    case Op::Mul:
      overflow = __builtin_mul_overflow(x, y, &r);
      break;
    case Op::Neg:
      overflow = __builtin_sub_overflow(std::int64_t{0}, x, &r);
      break;
    case Op::Quotient:
    case Op::Remainder:
      if (y == 0) throw EvaluationError("an integer is divided by zero");
      overflow = y == -1 && x == std::numeric_limits<std::int64_t>::min();
      if (!overflow) r = op == Op::Quotient ? x / y : x % y;
      break;
    default:
      GRADSMITH_CHECK(false, "{} of integers", op_name(op));
  }
  if (overflow) throw EvaluationError(fmt::format("{} of integers overflows", op_name(op)));
  return static_cast<long double>(r);
}

}  // namespace

long double scalar_value(Precision precision, Op op, Element element, long double x, long double y,
                         long double z) {
  const bool exact = op == Op::Min || op == Op::Max || op_row(op).signature == Signature::Compare ||
                     op_row(op).signature == Signature::Logic;
  if (exact || precision == Precision::Extended) {
    if (exact || is_floating(element)) return op_value<long double>(op, x, y, z);
  }
  if (element == Element::F32) {
    return static_cast<long double>(
        op_value<float>(op, static_cast<float>(x), static_cast<float>(y), static_cast<float>(z)));
  }
  if (element == Element::F64) {
    return static_cast<long double>(op_value<double>(
        op, static_cast<double>(x), static_cast<double>(y), static_cast<double>(z)));
  }
  return integer_value(op, static_cast<std::int64_t>(x), static_cast<std::int64_t>(y));
}

long double converted(Precision precision, Element from, Element to, long double x) {
  if (to == Element::Bool) return x != 0 ? 1 : 0;
  if (to == Element::Index) {
    if (!(std::fabs(x) < 0x1p63L)) {
      throw EvaluationError(fmt::format("{} does not fit into an integer", static_cast<double>(x)));
    }
    return std::trunc(x);
  }
  if (precision == Precision::Extended || from == to) return x;
  // Every number of the other kinds is exact in a long double, so this rounds once.
  return to == Element::F32 ? static_cast<long double>(static_cast<float>(x))
                            : static_cast<long double>(static_cast<double>(x));
}

}  // namespace gradsmith
