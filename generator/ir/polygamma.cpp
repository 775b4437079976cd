// The digamma function and its derivatives. emit/special_functions.cpp holds the same algorithm as
// text for generated files; a test compares them.

#include <cmath>
#include <limits>
#include <numbers>

#include "ir/ops.hpp"

namespace gradsmith {
namespace {

constexpr int kHighestOrder = 60;

/// For x >= 16 + order: Abramowitz and Stegun 6.3.18 and 6.4.11, up to B_24.
template <class T>
T asymptotic(int order, T x) {
  constexpr T kBernoulli[] = {T(1) / 6,         T(-1) / 30,      T(1) / 42,
                              T(-1) / 30,       T(5) / 66,       T(-691) / 2730,
                              T(7) / 6,         T(-3617) / 510,  T(43867) / 798,
                              T(-174611) / 330, T(854513) / 138, T(-236364091) / 2730};
  const T m = static_cast<T>(order);
  T sum = 0;
  T factor = 1;  // for order 0: x^-2k; else (2k + m - 1)! / ((2k)! (m - 1)!) x^-2k
  for (int k = 1; k <= 12; ++k) {
    const T n = static_cast<T>(2 * k);
    factor /= x * x;
    if (order > 0) factor *= (n + m - 1) * (n + m - 2) / (n * (n - 1));
    sum += kBernoulli[k - 1] * (order > 0 ? factor : factor / n);
  }
  if (order == 0) return std::log(x) - (1 / (2 * x) + sum);
  T leading = 1;  // (m - 1)! / x^m
  for (int k = 1; k < order; ++k) leading *= static_cast<T>(k) / x;
  const T value = leading / x * (1 + (m / (2 * x) + sum));
  return order % 2 == 0 ? -value : value;
}

/// The derivative of this order of cot(pi x), divided by pi^order, as a polynomial in c = cot(pi
/// x): d/dx p(c) = -pi (1 + c^2) p'(c). All terms have one sign.
template <class T>
T cotangent_derivative(int order, T c) {
  T p[kHighestOrder + 3] = {0, 1};
  for (int n = 0; n < order; ++n) {
    T q[kHighestOrder + 3] = {};
    for (int k = 1; k <= n + 1; ++k) {
      q[k - 1] -= static_cast<T>(k) * p[k];
      q[k + 1] -= static_cast<T>(k) * p[k];
    }
    for (int k = 0; k <= n + 2; ++k) p[k] = q[k];
  }
  T sum = 0;
  for (int k = order + 1; k >= 0; --k) sum = sum * c + p[k];
  return sum;
}

/// For x > 0: upwards by recurrence, 6.3.6 and 6.4.7, to where the asymptotic series holds.
template <class T>
T of_positive(int order, T x) {
  const T enough = static_cast<T>(16 + order);
  const int steps = x < enough ? static_cast<int>(std::ceil(enough - x)) : 0;
  T sum = 0;
  for (int k = steps - 1; k >= 0; --k) {  // the small ones first
    const T y = x + static_cast<T>(k);
    T term = 1 / y;
    for (int j = 1; j <= order; ++j) term *= static_cast<T>(j) / y;
    sum += term;
  }
  const T above = asymptotic(order, x + static_cast<T>(steps));
  return order % 2 == 0 ? above - sum : above + sum;
}

}  // namespace

template <class T>
T polygamma_value(T order_value, T x) {
  const T nan = std::numeric_limits<T>::quiet_NaN();
  if (!(order_value >= 0 && order_value <= kHighestOrder)) return nan;
  const int order = static_cast<int>(order_value);
  if (x > 0) return of_positive(order, x);
  const T fraction = x - std::round(x);
  if (!(fraction != 0) || std::isinf(x)) return nan;
  // Reflection, 6.3.7 and 6.4.7.
  const T pi = std::numbers::pi_v<T>;
  T cotangent = cotangent_derivative(order, 1 / std::tan(pi * fraction));
  for (int k = 0; k <= order; ++k) cotangent *= pi;
  const T mirrored = of_positive(order, 1 - x);
  return (order % 2 == 0 ? mirrored : -mirrored) - cotangent;
}

template double polygamma_value(double, double);
template long double polygamma_value(long double, long double);

template <>
float polygamma_value(float order, float x) {
  return static_cast<float>(polygamma_value(static_cast<double>(order), static_cast<double>(x)));
}

}  // namespace gradsmith
