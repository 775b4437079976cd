// The heat equation on a rod of n points by T explicit steps, its ends held: in place, remembering
// one old value, and with two buffers.

#include <gradsmith/spec.hpp>

namespace heat {

using gradsmith::param;
using gradsmith::work;

void in_place(param<double>* u, int n, int T, param<double> c) {
  for (int t = 0; t < T; ++t) {
    double left = u[0];
    for (int i = 1; i + 1 < n; ++i) {
      const double here = u[i];
      u[i] = here + c * (left - 2 * here + u[i + 1]);
      left = here;
    }
  }
}

// The energy after the last step; `u` and `next` are room for n numbers each.
double energy(const param<double>* start, int n, int T, param<double> c, work<double>* u,
              work<double>* next) {
  for (int i = 0; i < n; ++i) u[i] = start[i];
  for (int t = 0; t < T; ++t) {
    for (int i = 1; i < n - 1; ++i) next[i] = u[i] + c * (u[i - 1] - 2 * u[i] + u[i + 1]);
    for (int i = 1; i < n - 1; ++i) u[i] = next[i];
  }
  double sum = 0;
  for (int i = 0; i < n; ++i) sum += u[i] * u[i];
  return sum;
}

}  // namespace heat
