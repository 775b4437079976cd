#pragma once

// Central differences of the primal.

#include <cmath>

#include "contest.hpp"

namespace gradsmith {

// Errors of rounding and of truncation together, relative to the largest derivative: about
// epsilon^(2/3) and epsilon^(1/2), times what the functions' higher derivatives and cancelled
// values add to that.
template <Kind kind>
inline constexpr double kDifferencesTolerance = kind == Kind::Hessian ? 1e-3 : 1e-6;

template <class F>
[[gnu::noinline]] void primal_for_differences(const double* in, double* out) {
  F::evaluate(in, in + F::kParameters, out);
}

template <class F, Kind kind>
void differences(const double* in, double* out) {
  constexpr int n = F::kParameters;
  constexpr int m = F::kResults;
  double p[n + F::kData + 1];
  for (int i = 0; i < n + F::kData; ++i) p[i] = in[i];
  const auto at = [&](double* result) { primal_for_differences<F>(p, result); };
  // Steps are scaled by the parameter, and exactly what is added.
  const auto step_of = [&](int i, double root) {
    const double moved = in[i] + root * std::fmax(0.5, std::fabs(in[i]));
    return moved - in[i];
  };
  if constexpr (kind == Kind::Hessian) {
    constexpr double kRoot = 1.220703125e-4;  // epsilon^(1/4)
    double h[n];
    for (int i = 0; i < n; ++i) h[i] = step_of(i, kRoot);
    double centre;
    at(&centre);
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j <= i; ++j) {
        const auto moved = [&](double a, double b) {
          p[i] += a * h[i];
          p[j] += b * h[j];
          double result;
          at(&result);
          p[i] = in[i];
          p[j] = in[j];
          return result;
        };
        if (i == j) {
          *out++ = (moved(1, 0) - 2 * centre + moved(-1, 0)) / (h[i] * h[i]);
        } else {
          *out++ = (moved(1, 1) - moved(1, -1) - moved(-1, 1) + moved(-1, -1)) / (4 * h[i] * h[j]);
        }
      }
    }
  } else {
    constexpr double kRoot = 6.0554544523933429e-6;  // epsilon^(1/3)
    at(out);
    for (int i = 0; i < n; ++i) {
      const double h = step_of(i, kRoot);
      double above[m], below[m];
      p[i] = in[i] + h;
      at(above);
      p[i] = in[i] - h;
      at(below);
      p[i] = in[i];
      for (int r = 0; r < m; ++r) out[m + n * r + i] = (above[r] - below[r]) / (2 * h);
    }
  }
}

}  // namespace gradsmith
