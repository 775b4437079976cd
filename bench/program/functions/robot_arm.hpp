#pragma once

// The tip of an arm with six joints from its angles, as a template for number types that
// differentiate.

#include <cmath>

#include "random.hpp"

namespace gradsmith {

struct RobotArm {
  static constexpr int kParameters = 6;
  static constexpr int kData = 0;
  static constexpr int kResults = 3;

  static constexpr double kA[6] = {0, 0.4318, 0.0203, 0, 0, 0};
  static constexpr double kD[6] = {0.67, 0, 0.15005, 0.4318, 0, 0.05};
  static constexpr double kCosAlpha[6] = {0, 1, 0, 0, 0, 1};
  static constexpr double kSinAlpha[6] = {1, 0, -1, 1, -1, 0};

  template <class T>
  static void evaluate(const T* q, const double*, T* position) {
    using std::cos, std::sin;
    T R[3][3];
    T t[3];
    for (int i = 0; i < 3; ++i) {
      for (int j = 0; j < 3; ++j) R[i][j] = i == j ? 1.0 : 0.0;
      t[i] = 0.0;
    }
    for (int joint = 0; joint < 6; ++joint) {
      const T c = cos(q[joint]);
      const T s = sin(q[joint]);
      for (int i = 0; i < 3; ++i) {
        t[i] += R[i][0] * (kA[joint] * c) + R[i][1] * (kA[joint] * s) + R[i][2] * kD[joint];
        const T x = R[i][0] * c + R[i][1] * s;
        const T y = R[i][1] * c - R[i][0] * s;
        const T z = R[i][2];
        R[i][0] = x;
        R[i][1] = y * kCosAlpha[joint] + z * kSinAlpha[joint];
        R[i][2] = z * kCosAlpha[joint] - y * kSinAlpha[joint];
      }
    }
    for (int i = 0; i < 3; ++i) position[i] = t[i];
  }

  static void point(Random& random, double* in) {
    for (int i = 0; i < kParameters; ++i) in[i] = random.uniform(-2, 2);
  }
};

}  // namespace gradsmith
