#pragma once

// The loss of a 2-2-1 network for one sample, as a template for number types that differentiate.

#include <cmath>

#include "random.hpp"

namespace gradsmith {

struct Lab5 {
  static constexpr int kParameters = 9;
  static constexpr int kData = 3;
  static constexpr int kResults = 1;

  template <class T>
  static void evaluate(const T* p, const double* data, T* result) {
    using std::exp, std::log, std::tanh;
    const T z1 = tanh(p[0] + (data[0] * p[1] + data[1] * p[2]));
    const T z2 = tanh(p[3] + (data[0] * p[4] + data[1] * p[5]));
    const T fin = p[6] + (p[7] * z1 + p[8] * z2);
    result[0] = fin - fin * data[2] + log(1.0 + exp(-fin));
  }

  static void point(Random& random, double* in) {
    for (int i = 0; i < kParameters + 2; ++i) in[i] = random.uniform(-1, 1);
    in[kParameters + 2] = random.uniform(0, 1) < 0.5 ? 0 : 1;
  }
};

}  // namespace gradsmith
