#pragma once

// A function of two variables with exp, log and sin, as a template for number types that
// differentiate.

#include <cmath>

#include "random.hpp"

namespace gradsmith {

struct Recitation {
  static constexpr int kParameters = 2;
  static constexpr int kData = 0;
  static constexpr int kResults = 1;

  template <class T>
  static void evaluate(const T* p, const double*, T* result) {
    using std::exp, std::log, std::sin;
    const T xz = p[0] * p[1];
    const T log_x = log(p[0]);
    result[0] = exp(xz) + xz / log_x + sin(log_x) / xz;
  }

  static void point(Random& random, double* in) {
    in[0] = random.uniform(1.5, 3);
    in[1] = random.uniform(0.5, 1.5);
  }
};

}  // namespace gradsmith
