#pragma once

// The Lennard-Jones energy of five atoms, as a template for number types that differentiate.

#include "random.hpp"

namespace gradsmith {

struct LennardJones {
  static constexpr int kAtoms = 5;
  static constexpr int kParameters = 3 * kAtoms;
  static constexpr int kData = 0;
  static constexpr int kResults = 1;

  template <class T>
  static void evaluate(const T* p, const double*, T* result) {
    T sum = 0.0;
    for (int i = 0; i < kAtoms; ++i) {
      for (int j = 0; j < i; ++j) {
        T r2 = 0.0;
        for (int k = 0; k < 3; ++k) {
          const T apart = p[3 * i + k] - p[3 * j + k];
          r2 += apart * apart;
        }
        const T s = 1.0 / r2;
        const T s3 = s * s * s;
        sum += 4.0 * (s3 * s3 - s3);
      }
    }
    result[0] = sum;
  }

  // Near the corners of a triangular bipyramid, so that all distances are about the equilibrium's.
  static void point(Random& random, double* in) {
    static constexpr double kCorners[kParameters] = {
        0.65, 0, 0, -0.32, 0.56, 0, -0.32, -0.56, 0, 0.02, 0.01, 0.9, 0.03, -0.01, -0.92};
    for (int i = 0; i < kParameters; ++i) in[i] = kCorners[i] * 1.2 + random.uniform(-0.1, 0.1);
  }
};

}  // namespace gradsmith
