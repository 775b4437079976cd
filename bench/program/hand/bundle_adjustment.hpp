#pragma once

// The Jacobian by hand of bundle adjustment, by the chain rule over rotation and projection.

#include <cmath>

#include "keep_scalar.hpp"

namespace gradsmith::hand {

GRADSMITH_BENCH_SCALAR inline void bundle_adjustment_jacobian(const double* __restrict in,
                                                              double* __restrict out) {
  const double *r = in, *C = in + 3, *X = in + 11;
  const double f = in[6], k1 = in[9], k2 = in[10], w = in[14];
  const double theta = std::sqrt(r[0] * r[0] + r[1] * r[1] + r[2] * r[2]);
  const double c = std::cos(theta), s = std::sin(theta);
  const double inv = 1 / theta;
  const double u0 = r[0] * inv, u1 = r[1] * inv, u2 = r[2] * inv;
  const double y0 = X[0] - C[0], y1 = X[1] - C[1], y2 = X[2] - C[2];
  const double dot = u0 * y0 + u1 * y1 + u2 * y2;
  const double v = 1 - c;
  const double along = dot * v;
  const double x0 = u1 * y2 - u2 * y1, x1 = u2 * y0 - u0 * y2, x2 = u0 * y1 - u1 * y0;
  const double q0 = y0 * c + x0 * s + u0 * along;
  const double q1 = y1 * c + x1 * s + u1 * along;
  const double q2 = y2 * c + x2 * s + u2 * along;
  const double inv_q2 = 1 / q2;
  const double px = q0 * inv_q2, py = q1 * inv_q2;
  const double r2 = px * px + py * py;
  const double L = 1 + r2 * (k1 + r2 * k2);
  const double wf = w * f;
  const double wfL = wf * L;
  // Residuals by px and py, a symmetric matrix, then by q.
  const double L2 = wf * 2 * (k1 + 2 * k2 * r2);
  const double a = wfL + L2 * px * px, b = L2 * px * py, d = wfL + L2 * py * py;
  const double g[2][3] = {{a * inv_q2, b * inv_q2, -(a * px + b * py) * inv_q2},
                          {b * inv_q2, d * inv_q2, -(b * px + d * py) * inv_q2}};
  const double ex = f * L * px + in[7] - in[15], ey = f * L * py + in[8] - in[16];
  out[0] = w * ex;
  out[1] = w * ey;
  const double s_over = s * inv, v_over = v * inv;
#pragma GCC unroll 2
  for (int i = 0; i < 2; ++i) {
    double* row = out + 2 + 15 * i;
    const double g0 = g[i][0], g1 = g[i][1], g2 = g[i][2];
    // By y, through the transposed rotation: c g - s (u x g) + v u (u.g); y = X - C.
    const double ug = u0 * g0 + u1 * g1 + u2 * g2;
    const double t0 = u1 * g2 - u2 * g1, t1 = u2 * g0 - u0 * g2, t2 = u0 * g1 - u1 * g0;
    const double along_g = v * ug;
    const double d0 = c * g0 - s * t0 + u0 * along_g;
    const double d1 = c * g1 - s * t1 + u1 * along_g;
    const double d2 = c * g2 - s * t2 + u2 * along_g;
    // By theta with u fixed; and by u, of which only what is across u turns it.
    const double yg = y0 * g0 + y1 * g1 + y2 * g2;
    const double by_theta = c * (x0 * g0 + x1 * g1 + x2 * g2) + s * (dot * ug - yg);
    const double m = dot * v_over, n = ug * v_over;
    const double w0 = s_over * (y1 * g2 - y2 * g1) + m * g0 + n * y0;
    const double w1 = s_over * (y2 * g0 - y0 * g2) + m * g1 + n * y1;
    const double w2 = s_over * (y0 * g1 - y1 * g0) + m * g2 + n * y2;
    const double lengthwise = by_theta - (u0 * w0 + u1 * w1 + u2 * w2);
    row[0] = w0 + lengthwise * u0;
    row[1] = w1 + lengthwise * u1;
    row[2] = w2 + lengthwise * u2;
    row[3] = -d0;
    row[4] = -d1;
    row[5] = -d2;
    const double p = i == 0 ? px : py;
    row[6] = w * L * p;
    row[7] = i == 0 ? w : 0;
    row[8] = i == 0 ? 0 : w;
    const double wfp = wf * p * r2;
    row[9] = wfp;
    row[10] = wfp * r2;
    row[11] = d0;
    row[12] = d1;
    row[13] = d2;
    row[14] = i == 0 ? ex : ey;
  }
}

}  // namespace gradsmith::hand
