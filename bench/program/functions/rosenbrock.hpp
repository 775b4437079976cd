#pragma once

// Rosenbrock's valley in 16 dimensions, as a template for number types that differentiate.

#include "random.hpp"

namespace gradsmith {

struct Rosenbrock {
  static constexpr int kParameters = 16;
  static constexpr int kData = 0;
  static constexpr int kResults = 1;

  template <class T>
  static void evaluate(const T* p, const double*, T* result) {
    T sum = 0.0;
    for (int i = 0; i + 1 < kParameters; ++i) {
      const T across = p[i + 1] - p[i] * p[i];
      const T along = 1.0 - p[i];
      sum += 100.0 * across * across + along * along;
    }
    result[0] = sum;
  }

  static void point(Random& random, double* in) {
    for (int i = 0; i < kParameters; ++i) in[i] = random.uniform(-1.5, 1.5);
  }
};

}  // namespace gradsmith
