#pragma once

// The Jacobian by hand of the robot arm: column j is the joint's axis crossed with the way from the
// joint to the tip.

#include <cmath>

#include "keep_scalar.hpp"

namespace gradsmith::hand {

GRADSMITH_BENCH_SCALAR inline void robot_arm_jacobian(const double* __restrict q,
                                                      double* __restrict out) {
  // One call for both, which Clang does not make of two because they may set errno.
  double c1, s1, c2, s2, c3, s3, c4, s4, c5, s5;
  ::sincos(q[0], &s1, &c1);
  ::sincos(q[1], &s2, &c2);
  ::sincos(q[2], &s3, &c3);
  ::sincos(q[3], &s4, &c4);
  ::sincos(q[4], &s5, &c5);
  // The second and the third joint turn about one direction: their angles add.
  const double c23 = c2 * c3 - s2 * s3;
  const double s23 = s2 * c3 + c2 * s3;
  // u and v are coordinates in the plane of the arm, out and up; w goes out of that plane. The last
  // link adds a and along in the forearm's frame, and e across the plane.
  constexpr double kA2 = 0.4318, kA3 = 0.0203, kD1 = 0.67, kD3 = 0.15005, kD4 = 0.4318, kD6 = 0.05;
  const double a = -kD6 * c4 * s5;
  const double along = kD4 + kD6 * c5;
  const double e = kD6 * s4 * s5;
  const double reach = kA3 + a;
  const double u3 = c23 * reach - s23 * along;
  const double v3 = s23 * reach + c23 * along;
  const double u = kA2 * c2 + u3;
  const double v = kA2 * s2 + v3;
  const double w = e + kD3;
  out[0] = c1 * u + s1 * w;
  out[1] = s1 * u - c1 * w;
  out[2] = v + kD1;
  double* x = out + 3;
  double* y = x + 6;
  double* z = y + 6;
  x[0] = -out[1];
  y[0] = out[0];
  z[0] = 0;
  x[1] = -c1 * v;
  y[1] = -s1 * v;
  z[1] = u;
  x[2] = -c1 * v3;
  y[2] = -s1 * v3;
  z[2] = u3;
  const double a_4 = e;  // d a / d q4
  const double e_4 = -a;
  const double u_4 = c23 * a_4;
  x[3] = c1 * u_4 + s1 * e_4;
  y[3] = s1 * u_4 - c1 * e_4;
  z[3] = s23 * a_4;
  const double a_5 = -kD6 * c4 * c5;
  const double along_5 = -kD6 * s5;
  const double e_5 = kD6 * s4 * c5;
  const double u_5 = c23 * a_5 - s23 * along_5;
  x[4] = c1 * u_5 + s1 * e_5;
  y[4] = s1 * u_5 - c1 * e_5;
  z[4] = s23 * a_5 + c23 * along_5;
  x[5] = y[5] = z[5] = 0;
}

}  // namespace gradsmith::hand
