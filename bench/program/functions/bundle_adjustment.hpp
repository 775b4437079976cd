#pragma once

// The reprojection of a point by a camera with two coefficients of distortion, as a template for
// number types that differentiate. Parameters: r(3) C(3) f x0(2) k(2) X(3) w; data: the
// observation.

#include <cmath>

#include "random.hpp"

namespace gradsmith {

struct BundleAdjustment {
  static constexpr int kParameters = 15;
  static constexpr int kData = 2;
  static constexpr int kResults = 2;

  template <class T>
  static void evaluate(const T* p, const double* data, T* result) {
    using std::cos, std::sin, std::sqrt;
    const T *r = p, *C = p + 3, *X = p + 11;
    const T &f = p[6], &w = p[14];
    const T theta = sqrt(r[0] * r[0] + r[1] * r[1] + r[2] * r[2]);
    const T u[3] = {r[0] / theta, r[1] / theta, r[2] / theta};
    const T y[3] = {X[0] - C[0], X[1] - C[1], X[2] - C[2]};
    const T c = cos(theta);
    const T s = sin(theta);
    const T along = (u[0] * y[0] + u[1] * y[1] + u[2] * y[2]) * (1.0 - c);
    T q[3];
    for (int i = 0; i < 3; ++i) {
      const int j = (i + 1) % 3;
      const int k = (i + 2) % 3;
      q[i] = y[i] * c + (u[j] * y[k] - u[k] * y[j]) * s + u[i] * along;
    }
    const T px = q[0] / q[2];
    const T py = q[1] / q[2];
    const T r2 = px * px + py * py;
    const T L = 1.0 + p[9] * r2 + p[10] * r2 * r2;
    result[0] = w * (f * L * px + p[7] - data[0]);
    result[1] = w * (f * L * py + p[8] - data[1]);
  }

  static void point(Random& random, double* in) {
    for (int i = 0; i < 3; ++i) in[i] = random.uniform(0.1, 0.5);
    for (int i = 3; i < 6; ++i) in[i] = random.uniform(-0.5, 0.5);
    in[6] = random.uniform(400, 600);
    in[7] = random.uniform(200, 300);
    in[8] = random.uniform(200, 300);
    in[9] = random.uniform(-0.1, 0.1);
    in[10] = random.uniform(-0.1, 0.1);
    in[11] = random.uniform(-1, 1);
    in[12] = random.uniform(-1, 1);
    in[13] = random.uniform(4, 6);
    in[14] = random.uniform(0.5, 1.5);
    in[15] = random.uniform(100, 400);
    in[16] = random.uniform(100, 400);
  }
};

}  // namespace gradsmith
