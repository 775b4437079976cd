#pragma once

// A number of the oracle: a long double with a bound on the rounding error that a plain evaluation
// of the same formula in the spec's own precision may make (a running error analysis, to first
// order). The bound is what tolerances are made of: they follow from the conditioning at the point.

#include <cmath>

#include "oracle/polygamma.hpp"

namespace oracle {

/// The unit roundoff of the arithmetic being modelled, 2^-53 or 2^-24.
inline long double roundoff = 0x1p-53L;

struct Num {
  long double v = 0;  ///< the value
  long double e = 0;  ///< how far a plain evaluation may be off

  constexpr Num() = default;
  constexpr Num(long double value) : v(value) {}
  constexpr Num(long double value, long double error) : v(value), e(error) {}
};

/// A result with the error that its operands bring, and one rounding of its own, which for tiny
/// numbers is not relative.
inline Num rounded(long double value, long double inherited) {
  const long double smallest = roundoff == 0x1p-24L ? 0x1p-149L : 0x1p-1074L;
  return {value, inherited + (value == 0 ? 0 : roundoff * std::fabs(value) + smallest)};
}

inline bool is_zero(const Num& x) { return x.v == 0 && x.e == 0; }
/// Whether the number is finite as a double too.
inline bool is_finite(const Num& x) { return std::fabs(x.v) <= 0x1.fffffffffffffp1023L; }
inline long double primal(const Num& x) { return x.v; }

inline Num operator-(const Num& x) { return {-x.v, x.e}; }
inline Num operator+(const Num& x, const Num& y) {
  if (is_zero(x)) return y;
  if (is_zero(y)) return x;
  return rounded(x.v + y.v, x.e + y.e);
}
inline Num operator-(const Num& x, const Num& y) { return x + -y; }
inline Num operator*(const Num& x, const Num& y) {
  return rounded(x.v * y.v, x.e * std::fabs(y.v) + y.e * std::fabs(x.v));
}
inline Num operator/(const Num& x, const Num& y) {
  const long double q = x.v / y.v;
  return rounded(q, (x.e + y.e * std::fabs(q)) / std::fabs(y.v));
}

/// The value `f` of a function at x, whose derivative there is `slope`. A libm function is right to
/// a few units in the last place.
inline Num of_function(const Num& x, long double f, long double slope) {
  const long double inherited = x.e == 0 ? 0 : x.e * std::fabs(slope);
  return {f, inherited + 4 * roundoff * std::fabs(f)};
}

#define ORACLE_NUM_FUNCTION(name, slope)              \
  inline Num name(const Num& number) {                \
    const long double x = number.v, r = std::name(x); \
    static_cast<void>(r);                             \
    return of_function(number, r, slope);             \
  }
ORACLE_NUM_FUNCTION(exp, r)
ORACLE_NUM_FUNCTION(exp2, r * 0.7L)
ORACLE_NUM_FUNCTION(expm1, r + 1)
ORACLE_NUM_FUNCTION(log, 1 / x)
ORACLE_NUM_FUNCTION(log2, 1.5L / x)
ORACLE_NUM_FUNCTION(log10, 0.5L / x)
ORACLE_NUM_FUNCTION(log1p, 1 / (1 + x))
ORACLE_NUM_FUNCTION(sqrt, 0.5L / r)
ORACLE_NUM_FUNCTION(cbrt, 1 / (3 * r * r))
ORACLE_NUM_FUNCTION(sin, std::cos(x))
ORACLE_NUM_FUNCTION(cos, std::sin(x))
ORACLE_NUM_FUNCTION(tan, 1 + r * r)
ORACLE_NUM_FUNCTION(asin, 1 / std::sqrt(1 - x * x))
ORACLE_NUM_FUNCTION(acos, 1 / std::sqrt(1 - x * x))
ORACLE_NUM_FUNCTION(atan, 1 / (1 + x * x))
ORACLE_NUM_FUNCTION(sinh, std::cosh(x))
ORACLE_NUM_FUNCTION(cosh, std::sinh(x))
ORACLE_NUM_FUNCTION(tanh, 1 - r * r)
ORACLE_NUM_FUNCTION(asinh, 1 / std::sqrt(x * x + 1))
ORACLE_NUM_FUNCTION(acosh, 1 / std::sqrt(x * x - 1))
ORACLE_NUM_FUNCTION(atanh, 1 / (1 - x * x))
ORACLE_NUM_FUNCTION(erf, 1.13L * std::exp(-x * x))
ORACLE_NUM_FUNCTION(erfc, 1.13L * std::exp(-x * x))
ORACLE_NUM_FUNCTION(lgamma, polygamma(0, x))
ORACLE_NUM_FUNCTION(tgamma, r* polygamma(0, x))
#undef ORACLE_NUM_FUNCTION

inline Num polygamma(int order, const Num& x) {
  return of_function(x, polygamma(order, x.v), polygamma(order + 1, x.v));
}

inline Num pow(const Num& x, const Num& y) {
  const long double r = std::pow(x.v, y.v);
  const long double by_x = x.e == 0 ? 0 : x.e * std::fabs(y.v * std::pow(x.v, y.v - 1));
  const long double by_y = y.e == 0 ? 0 : y.e * std::fabs(r * std::log(x.v));
  return {r, by_x + by_y + 4 * roundoff * std::fabs(r)};
}
inline Num hypot(const Num& x, const Num& y) {
  const long double r = std::hypot(x.v, y.v);
  return {r, x.e + y.e + 4 * roundoff * r};
}
inline Num atan2(const Num& x, const Num& y) {
  const long double r = std::atan2(x.v, y.v);
  const long double square = x.v * x.v + y.v * y.v;
  const long double inherited =
      x.e == 0 && y.e == 0 ? 0 : (x.e * std::fabs(y.v) + y.e * std::fabs(x.v)) / square;
  return {r, inherited + 4 * roundoff * std::fabs(r)};
}
inline Num remainder(const Num& x, const Num& y, long double n) {
  return rounded(x.v - n * y.v, x.e + std::fabs(n) * y.e);
}
inline Num fma(const Num& x, const Num& y, const Num& z) { return x * y + z; }

}  // namespace oracle
