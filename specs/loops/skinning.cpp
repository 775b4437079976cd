// Points moved by a chain of m bones: each bone turns by an angle about the z axis and lies at the
// end of the one before it. Point p is bound to the bone that bone_of[p] names; the residuals are
// the distances from where it should be. 3 x 4 matrices, row by row; `pose` is room for m of them.

#include <cmath>
#include <gradsmith/spec.hpp>

namespace skinning {

using gradsmith::data;
using gradsmith::work;

void residuals(const double* angle, int m, const data<double>* length, const data<double>* rest,
               const data<int>* bone_of, const data<double>* target, int points, work<double>* pose,
               double* out) {
  for (int b = 0; b < m; ++b) {
    double before[12] = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0};
    if (b > 0) {
      for (int e = 0; e < 12; ++e) before[e] = pose[(b - 1) * 12 + e];
    }
    const double c = std::cos(angle[b]);
    const double s = std::sin(angle[b]);
    const double local[12] = {c, -s, 0, length[b] * c, s, c, 0, length[b] * s, 0, 0, 1, 0};
    for (int r = 0; r < 3; ++r) {
      for (int k = 0; k < 4; ++k) {
        double sum = k == 3 ? before[r * 4 + 3] : 0;
        for (int e = 0; e < 3; ++e) sum += before[r * 4 + e] * local[e * 4 + k];
        pose[b * 12 + r * 4 + k] = sum;
      }
    }
  }
  for (int p = 0; p < points; ++p) {
    const double* at = pose + bone_of[p] * 12;
    for (int r = 0; r < 3; ++r) {
      double moved = at[r * 4 + 3];
      for (int e = 0; e < 3; ++e) moved += at[r * 4 + e] * rest[p * 3 + e];
      out[p * 3 + r] = moved - target[p * 3 + r];
    }
  }
}

}  // namespace skinning
