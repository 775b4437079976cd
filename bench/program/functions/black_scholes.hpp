#pragma once

// The price of a European call: S K r v t; as a template for number types that differentiate.

#include <cmath>

#include "random.hpp"

namespace gradsmith {

struct BlackScholes {
  static constexpr int kParameters = 5;
  static constexpr int kData = 0;
  static constexpr int kResults = 1;

  template <class T>
  static void evaluate(const T* p, const double*, T* result) {
    using std::erf, std::exp, std::log, std::sqrt;
    const T &S = p[0], &K = p[1], &r = p[2], &v = p[3], &t = p[4];
    const T sv = v * sqrt(t);
    const T d1 = (log(S / K) + (r + v * v / 2.0) * t) / sv;
    const T a1 = d1 / std::sqrt(2.0);
    const T a2 = (d1 - sv) / std::sqrt(2.0);
    // Bound to T first: the packages' erf below is for numbers, not for their expressions.
    const T erf_1 = erf(a1);
    const T erf_2 = erf(a2);
    result[0] = S * (0.5 * (1.0 + erf_1)) - K * exp(-r * t) * (0.5 * (1.0 + erf_2));
  }

  static void point(Random& random, double* in) {
    in[0] = random.uniform(80, 120);
    in[1] = random.uniform(80, 120);
    in[2] = random.uniform(0.01, 0.05);
    in[3] = random.uniform(0.15, 0.4);
    in[4] = random.uniform(0.5, 2);
  }
};

}  // namespace gradsmith
