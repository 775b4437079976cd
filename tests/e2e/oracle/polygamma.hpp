#pragma once

// The derivatives of log |gamma(x)|, for the oracle: recurrence up to where the asymptotic series
// converges. Source: Abramowitz and Stegun 6.4.6 and 6.4.11.

#include <cmath>

namespace oracle {

/// The derivative of order `order` of the digamma function, to nearly full long double precision;
/// NaN at the poles, and far below zero, where the recurrence would take forever.
inline long double polygamma(int order, long double x) {
  if (x < -1000 || (x <= 0 && std::floor(x) == x)) return std::nanl("");
  if (!std::isfinite(x)) return order == 0 && x > 0 ? x : x > 0 ? 0 : std::nanl("");
  const long double sign = order % 2 == 0 ? -1 : 1;  // of (-1)^(order + 1)
  long double factorial = 1;
  for (int k = 2; k <= order; ++k) factorial *= k;

  long double below = 0;  // the terms of the recurrence: order! / x^(order + 1)
  for (; x < 25; x += 1) below += factorial / std::pow(x, static_cast<long double>(order + 1));

  static const long double bernoulli[] = {
      1.0L / 6,       -1.0L / 30, 1.0L / 42,      -1.0L / 30,     5.0L / 66,
      -691.0L / 2730, 7.0L / 6,   -3617.0L / 510, 43867.0L / 798, -174611.0L / 330};
  // (n - 1)! / x^n + n! / (2 x^(n + 1)) + sum of B_2k (2k + n - 1)! / ((2k)! x^(2k + n)),
  // and log x in the first term's place for the digamma function itself.
  const long double power = std::pow(x, static_cast<long double>(order));
  long double series = order == 0 ? -std::log(x) : factorial / order / power;
  series += factorial / (2 * power * x);
  long double ratio = order == 0 ? 1 : factorial / order;  // (2k + n - 1)! / (2k)!, at k = 0
  if (order == 0) ratio = 0;
  long double x2k = 1;
  for (int k = 1; k <= 10; ++k) {
    x2k *= x * x;
    // (2k + n - 1)! / (2k)! from the one before; for n = 0 it is 1 / (2k).
    ratio = order == 0
                ? 1.0L / (2 * k)
                : ratio * (2 * k + order - 2) * (2 * k + order - 1) / ((2.0L * k - 1) * 2 * k);
    series += bernoulli[k - 1] * ratio / (x2k * power);
  }
  return sign * (below + series);
}

}  // namespace oracle
