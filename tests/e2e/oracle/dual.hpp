#pragma once

// Dual numbers: a value and its derivative in one direction. They nest: Dual<Dual<Num>> carries a
// second derivative. Written from the calculus books, apart from the generator's operator table.

#include "oracle/num.hpp"

namespace oracle {

/// What an evaluation met on its way; the caller clears it. A point where something is not finite,
/// or where a convention and not a limit decides, is judged by fewer checks.
struct Met {
  bool non_finite = false;  ///< a value or a factor of the chain rule was inf or NaN
  bool zero_sign = false;   ///< a function looked at the sign of a zero
  bool floats = false;      ///< something was computed in float
  bool convention = false;  ///< pow at a corner: its second derivatives are a matter of convention
};
inline Met met;

template <class T>
struct Dual {
  T value{};
  T tangent{};

  constexpr Dual() = default;
  constexpr Dual(long double number) : value(number) {}
  constexpr Dual(const T& v, const T& t) : value(v), tangent(t) {}
};

template <class T>
bool is_zero(const Dual<T>& x) {
  return is_zero(x.value) && is_zero(x.tangent);
}
template <class T>
bool is_finite(const Dual<T>& x) {
  return is_finite(x.value) && is_finite(x.tangent);
}
template <class T>
long double primal(const Dual<T>& x) {
  return primal(x.value);
}

/// factor * tangent; a tangent that is zero by structure stays so whatever the factor is.
template <class T>
T passed_on(const T& factor, const T& tangent) {
  if (!is_finite(factor)) met.non_finite = true;
  return is_zero(tangent) ? T() : factor * tangent;
}

template <class T>
Dual<T> operator-(const Dual<T>& x) {
  return {-x.value, -x.tangent};
}
template <class T>
Dual<T> operator+(const Dual<T>& x, const Dual<T>& y) {
  return {x.value + y.value, x.tangent + y.tangent};
}
template <class T>
Dual<T> operator-(const Dual<T>& x, const Dual<T>& y) {
  return {x.value - y.value, x.tangent - y.tangent};
}
template <class T>
Dual<T> operator*(const Dual<T>& x, const Dual<T>& y) {
  return {x.value * y.value, passed_on(y.value, x.tangent) + passed_on(x.value, y.tangent)};
}
template <class T>
Dual<T> operator/(const Dual<T>& x, const Dual<T>& y) {
  const T q = x.value / y.value;
  const T by_y = is_zero(y.tangent) ? T() : passed_on(T() - q / y.value, y.tangent);
  return {q, passed_on(T(1) / y.value, x.tangent) + by_y};
}

// Functions of one operand: the derivative in terms of the operand x and the result r. Where a form
// loses digits (the second derivative of asin near 0, from the product) so may any code made of it.
#define ORACLE_DUAL_FUNCTION(name, derivative)                            \
  template <class T>                                                      \
  Dual<T> name(const Dual<T>& operand) {                                  \
    const T x = operand.value, r = name(x), one = T(1), two = T(2);       \
    static_cast<void>(r), static_cast<void>(one), static_cast<void>(two); \
    return {r, passed_on(derivative, operand.tangent)};                   \
  }
ORACLE_DUAL_FUNCTION(exp, r)
ORACLE_DUAL_FUNCTION(exp2, T(std::log(2.0L)) * r)
ORACLE_DUAL_FUNCTION(expm1, exp(x))
ORACLE_DUAL_FUNCTION(log, one / x)
ORACLE_DUAL_FUNCTION(log2, one / (T(std::log(2.0L)) * x))
ORACLE_DUAL_FUNCTION(log10, one / (T(std::log(10.0L)) * x))
ORACLE_DUAL_FUNCTION(log1p, one / (x + one))
ORACLE_DUAL_FUNCTION(sqrt, one / (r + r))
ORACLE_DUAL_FUNCTION(cbrt, one / (T(3) * r * r))
ORACLE_DUAL_FUNCTION(sin, cos(x))
ORACLE_DUAL_FUNCTION(cos, -sin(x))
ORACLE_DUAL_FUNCTION(tan, r* r + one)
ORACLE_DUAL_FUNCTION(asin, one / sqrt((one - x) * (one + x)))
ORACLE_DUAL_FUNCTION(acos, -(one / sqrt((one - x) * (one + x))))
ORACLE_DUAL_FUNCTION(atan, one / (x * x + one))
ORACLE_DUAL_FUNCTION(sinh, cosh(x))
ORACLE_DUAL_FUNCTION(cosh, sinh(x))
ORACLE_DUAL_FUNCTION(tanh, one - r * r)
ORACLE_DUAL_FUNCTION(asinh, one / sqrt(x * x + one))
ORACLE_DUAL_FUNCTION(acosh, one / sqrt((x - one) * (x + one)))
ORACLE_DUAL_FUNCTION(atanh, one / ((one - x) * (one + x)))
ORACLE_DUAL_FUNCTION(erf, T(2 / std::sqrt(std::acos(-1.0L))) * exp(-(x * x)))
ORACLE_DUAL_FUNCTION(erfc, -(T(2 / std::sqrt(std::acos(-1.0L))) * exp(-(x * x))))
ORACLE_DUAL_FUNCTION(lgamma, polygamma(0, x))
ORACLE_DUAL_FUNCTION(tgamma, r* polygamma(0, x))
#undef ORACLE_DUAL_FUNCTION

template <class T>
Dual<T> polygamma(int order, const Dual<T>& x) {
  return {polygamma(order, x.value), passed_on(polygamma(order + 1, x.value), x.tangent)};
}

/// At x == 0 the partial by y is 0, and where y is 0 too, that by x: the corners' convention.
template <class T>
Dual<T> pow(const Dual<T>& x, const Dual<T>& y) {
  const T r = pow(x.value, y.value);
  T tangent{};
  if (primal(x) == 0) met.convention = true;
  if (!is_zero(x.tangent) && (primal(x) != 0 || primal(y) != 0)) {
    // y * pow(x, y - 1), which would overflow on the way at y == 0.
    const T factor =
        primal(y) == 0 ? y.value / x.value * r : y.value * pow(x.value, y.value - T(1));
    tangent = passed_on(factor, x.tangent);
  }
  if (!is_zero(y.tangent) && primal(x) != 0) {
    tangent = tangent + passed_on(r * log(x.value), y.tangent);
  }
  return {r, tangent};
}
template <class T>
Dual<T> hypot(const Dual<T>& x, const Dual<T>& y) {
  const T r = hypot(x.value, y.value);
  return {r, passed_on(x.value / r, x.tangent) + passed_on(y.value / r, y.tangent)};
}
/// atan2(x, y): the angle whose sine goes with x.
template <class T>
Dual<T> atan2(const Dual<T>& x, const Dual<T>& y) {
  const T square = x.value * x.value + y.value * y.value;
  return {atan2(x.value, y.value),
          passed_on(y.value / square, x.tangent) + passed_on(-(x.value / square), y.tangent)};
}
/// x - n y, with the integer n that the spec's own operation found. The derivative by y is (r - x)
/// / y and not -n: the first is what can be computed from the result.
template <class T>
Dual<T> remainder(const Dual<T>& x, const Dual<T>& y, long double n) {
  const T r = remainder(x.value, y.value, n);
  return {r, x.tangent + passed_on((r - x.value) / y.value, y.tangent)};
}
template <class T>
Dual<T> fma(const Dual<T>& x, const Dual<T>& y, const Dual<T>& z) {
  return x * y + z;
}

}  // namespace oracle
