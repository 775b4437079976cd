#include "emit/special_functions.hpp"

namespace gradsmith {

// The algorithm of ir/polygamma.cpp; a test compares them.
std::string_view polygamma_source() {
  return R"source(#ifndef GRADSMITH_MATH_POLYGAMMA
#define GRADSMITH_MATH_POLYGAMMA
namespace gradsmith_math {

// The derivative of order `order` (0 to 60) of the digamma function, for x > 0. By
// recurrence up to where the asymptotic series holds: Abramowitz and
// Stegun 6.3.6, 6.3.18, 6.4.6, 6.4.11.
inline double polygamma_of_positive(int order, double x) {
  const double bernoulli[12] = {1.0 / 6.0,         -1.0 / 30.0,      1.0 / 42.0,
                                -1.0 / 30.0,       5.0 / 66.0,       -691.0 / 2730.0,
                                7.0 / 6.0,         -3617.0 / 510.0,  43867.0 / 798.0,
                                -174611.0 / 330.0, 854513.0 / 138.0, -236364091.0 / 2730.0};
  const double m = order;
  const double enough = 16.0 + m;
  const int steps = x < enough ? static_cast<int>(std::ceil(enough - x)) : 0;
  double below = 0.0;
  for (int k = steps - 1; k >= 0; --k) {  // the small ones first
    double term = 1.0 / (x + k);
    for (int j = 1; j <= order; ++j) term *= j / (x + k);
    below += term;
  }
  const double y = x + steps;
  double sum = 0.0;
  double factor = 1.0;
  for (int k = 1; k <= 12; ++k) {
    const double n = 2.0 * k;
    factor /= y * y;
    if (order > 0) factor *= (n + m - 1.0) * (n + m - 2.0) / (n * (n - 1.0));
    sum += bernoulli[k - 1] * (order > 0 ? factor : factor / n);
  }
  if (order == 0) return std::log(y) - (1.0 / (2.0 * y) + sum) - below;
  double leading = 1.0;
  for (int k = 1; k < order; ++k) leading *= k / y;
  const double above = leading / y * (1.0 + (m / (2.0 * y) + sum));
  return order % 2 == 0 ? -above - below : above + below;
}

// The derivative of order `order` (0 to 60) of the digamma function; NaN at its
// poles.
inline double polygamma(int order, double x) {
  if (order < 0 || order > 60) return std::nan("");
  if (x > 0.0) return polygamma_of_positive(order, x);
  const double fraction = x - std::round(x);
  if (!(fraction < 0.0 || fraction > 0.0) || std::isinf(x)) return std::nan("");
  // Reflection. The derivatives of cot(pi x) are polynomials in c = cot(pi x).
  const double pi = 3.14159265358979323846;
  const double c = 1.0 / std::tan(pi * fraction);
  double p[64] = {0.0, 1.0};
  for (int n = 0; n < order; ++n) {
    double q[64] = {0.0};
    for (int k = 1; k <= n + 1; ++k) {
      q[k - 1] -= k * p[k];
      q[k + 1] -= k * p[k];
    }
    for (int k = 0; k <= n + 2; ++k) p[k] = q[k];
  }
  double cotangent = 0.0;
  for (int k = order + 1; k >= 0; --k) cotangent = cotangent * c + p[k];
  for (int k = 0; k <= order; ++k) cotangent *= pi;
  const double mirrored = polygamma_of_positive(order, 1.0 - x);
  return (order % 2 == 0 ? mirrored : -mirrored) - cotangent;
}

inline float polygamma(int order, float x) {
  return static_cast<float>(polygamma(order, static_cast<double>(x)));
}

}  // namespace gradsmith_math
#endif
)source";
}

}  // namespace gradsmith
