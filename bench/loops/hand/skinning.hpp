#pragma once

// Derivatives by hand of points that are moved by a chain of bones: the product of a row vector
// with the Jacobian backwards through the chain, the Jacobian forwards.

#include <cmath>

namespace gradsmith::bench::hand {

// before * local, 3 x 4 matrices with a last row 0 0 0 1 that is not stored, for a local matrix
// whose third row and column are those of the identity.
inline void times_turn(const double* before, double c, double s, double length,
                       double* __restrict after) {
  for (int r = 0; r < 3; ++r) {
    const double b0 = before[r * 4], b1 = before[r * 4 + 1];
    after[r * 4] = b0 * c + b1 * s;
    after[r * 4 + 1] = b1 * c - b0 * s;
    after[r * 4 + 2] = before[r * 4 + 2];
    after[r * 4 + 3] = before[r * 4 + 3] + (b0 * c + b1 * s) * length;
  }
}

inline constexpr double kIdentity[12] = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0};

// pose: 12 m; cosine and sine: m each.
inline void chain(const double* angle, int m, const double* length, double* __restrict pose,
                  double* __restrict cosine, double* __restrict sine) {
  for (int b = 0; b < m; ++b) {
    cosine[b] = std::cos(angle[b]);
    sine[b] = std::sin(angle[b]);
    times_turn(b > 0 ? pose + (b - 1) * 12 : kIdentity, cosine[b], sine[b], length[b],
               pose + b * 12);
  }
}

// pose and d_pose: 12 m each; cosine and sine: m each.
inline void skinning_vjp(const double* angle, int m, const double* length, const double* rest,
                         const int* bone_of, int points, const double* d_out,
                         double* __restrict d_angle, double* __restrict pose,
                         double* __restrict d_pose, double* __restrict cosine,
                         double* __restrict sine) {
  chain(angle, m, length, pose, cosine, sine);
  for (int e = 0; e < 12 * m; ++e) d_pose[e] = 0;
  for (int p = 0; p < points; ++p) {
    double* at = d_pose + bone_of[p] * 12;
    for (int r = 0; r < 3; ++r) {
      const double g = d_out[p * 3 + r];
      for (int e = 0; e < 3; ++e) at[r * 4 + e] += g * rest[p * 3 + e];
      at[r * 4 + 3] += g;
    }
  }
  for (int b = m - 1; b >= 0; --b) {
    const double* before = b > 0 ? pose + (b - 1) * 12 : kIdentity;
    const double* d_after = d_pose + b * 12;
    const double c = cosine[b], s = sine[b];
    double d_c = 0, d_s = 0;
    for (int r = 0; r < 3; ++r) {
      const double d_first = d_after[r * 4] + length[b] * d_after[r * 4 + 3];
      const double d_second = d_after[r * 4 + 1];
      d_c += before[r * 4] * d_first + before[r * 4 + 1] * d_second;
      d_s += before[r * 4 + 1] * d_first - before[r * 4] * d_second;
      if (b > 0) {
        double* d_before = d_pose + (b - 1) * 12 + r * 4;
        d_before[0] += d_first * c - d_second * s;
        d_before[1] += d_first * s + d_second * c;
        d_before[2] += d_after[r * 4 + 2];
        d_before[3] += d_after[r * 4 + 3];
      }
    }
    d_angle[b] = d_s * c - d_c * s;
  }
}

// out: 3 points; J: 3 points x m; pose: 12 m; d_pose: 9 m m; cosine and sine: m each.
// d_pose holds for each bone the derivatives by the angles up to its own, those of an element side
// by side. Those of the third column are always zero, and not stored.
inline void skinning_jacobian(const double* angle, int m, const double* length, const double* rest,
                              const int* bone_of, const double* target, int points,
                              double* __restrict out, double* __restrict J, double* __restrict pose,
                              double* __restrict d_pose, double* __restrict cosine,
                              double* __restrict sine) {
  chain(angle, m, length, pose, cosine, sine);
  for (int b = 0; b < m; ++b) {
    const double* before = b > 0 ? pose + (b - 1) * 12 : kIdentity;
    const double c = cosine[b], s = sine[b];
    for (int r = 0; r < 3; ++r) {
      double* __restrict after = d_pose + (b * 9 + r * 3) * m;
      const double* d_before = after - 9 * m;
      for (int a = 0; a < b; ++a) {
        const double d0 = d_before[a], d1 = d_before[m + a];
        after[a] = d0 * c + d1 * s;
        after[m + a] = d1 * c - d0 * s;
        after[2 * m + a] = d_before[2 * m + a] + (d0 * c + d1 * s) * length[b];
      }
      after[b] = before[r * 4 + 1] * c - before[r * 4] * s;
      after[m + b] = -before[r * 4] * c - before[r * 4 + 1] * s;
      after[2 * m + b] = after[b] * length[b];
    }
  }
  for (int p = 0; p < points; ++p) {
    const int bone = bone_of[p];
    const double* at = pose + bone * 12;
    const double x = rest[p * 3], y = rest[p * 3 + 1], z = rest[p * 3 + 2];
    for (int r = 0; r < 3; ++r) {
      out[p * 3 + r] =
          at[r * 4 + 3] + at[r * 4] * x + at[r * 4 + 1] * y + at[r * 4 + 2] * z - target[p * 3 + r];
      const double* d = d_pose + (bone * 9 + r * 3) * m;
      double* row = J + (p * 3 + r) * m;
      for (int a = 0; a <= bone; ++a) row[a] = d[2 * m + a] + d[a] * x + d[m + a] * y;
      for (int a = bone + 1; a < m; ++a) row[a] = 0;
    }
  }
}

}  // namespace gradsmith::bench::hand
