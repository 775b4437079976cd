#pragma once

// Gradients by hand of steps of differential equations.

#include <cmath>
#include <utility>

namespace gradsmith::bench::hand {

// The sum of term(begin), ..., term(end - 1), in lanes that a vector holds.
template <class Term>
double sum_in_lanes(int begin, int end, Term term) {
  constexpr int kLanes = 8;
  double lane[kLanes] = {};
  int i = begin;
  for (; i + kLanes <= end; i += kLanes) {
    for (int l = 0; l < kLanes; ++l) lane[l] += term(i + l);
  }
  double sum = 0;
  for (double of_lane : lane) sum += of_lane;
  for (; i < end; ++i) sum += term(i);
  return sum;
}

// states: (T + 1) n; d_u and d_before: n + 2 each, so that a stencil needs no special ends.
inline double heat(const double* start, int n, int T, double c, double* __restrict d_start,
                   double& d_c, double* __restrict states, double* d_u, double* d_before) {
  for (int i = 0; i < n; ++i) states[i] = start[i];
  for (int t = 0; t < T; ++t) {
    const double* __restrict u = states + t * n;
    double* __restrict next = states + (t + 1) * n;
    next[0] = u[0];
    for (int i = 1; i < n - 1; ++i) next[i] = u[i] + c * (u[i - 1] - 2 * u[i] + u[i + 1]);
    next[n - 1] = u[n - 1];
  }
  double sum = 0;
  const double* last = states + T * n;
  double* __restrict adjoint = d_u + 1;  // of interior points; those of the ends are kept apart
  double* __restrict before = d_before + 1;
  for (int i = 0; i < n; ++i) {
    sum += last[i] * last[i];
    adjoint[i] = 2 * last[i];
  }
  double first_end = adjoint[0], last_end = adjoint[n - 1];
  adjoint[-1] = adjoint[0] = adjoint[n - 1] = adjoint[n] = 0;
  before[-1] = before[n] = 0;
  double by_c = 0;
  for (int t = T - 1; t >= 0; --t) {
    const double* __restrict u = states + t * n;
    by_c += sum_in_lanes(
        1, n - 1, [adjoint, u](int i) { return adjoint[i] * (u[i - 1] - 2 * u[i] + u[i + 1]); });
    for (int i = 0; i < n; ++i) {
      before[i] = adjoint[i] + c * (adjoint[i - 1] - 2 * adjoint[i] + adjoint[i + 1]);
    }
    first_end += before[0];
    last_end += before[n - 1];
    before[0] = before[n - 1] = 0;
    std::swap(adjoint, before);
  }
  for (int i = 0; i < n; ++i) d_start[i] = adjoint[i];
  d_start[0] = first_end;
  d_start[n - 1] = last_end;
  d_c = by_c;
  return sum;
}

// dy_i = a_i sin(y_{i + 1} - y_i) around the ring; keeps the sines and a_i times the cosines.
inline void slope(const double* a, const double* y, int n, double* __restrict dy,
                  double* __restrict sines, double* __restrict cosines) {
  for (int i = 0; i < n; ++i) {
    const double difference = y[i + 1 < n ? i + 1 : 0] - y[i];
    sines[i] = std::sin(difference);
    cosines[i] = a[i] * std::cos(difference);
    dy[i] = a[i] * sines[i];
  }
}

// From the adjoint of dy to those of a (added) and y (set).
inline void slope_adjoint(const double* d_dy, const double* sines, const double* cosines, int n,
                          double* __restrict d_a, double* __restrict d_y) {
  double before = d_dy[n - 1] * cosines[n - 1];
  for (int i = 0; i < n; ++i) {
    const double here = d_dy[i] * cosines[i];
    d_a[i] += d_dy[i] * sines[i];
    d_y[i] = before - here;
    before = here;
  }
}

// sines and cosines: 4 T n each; y, k, sum, at, d_y, d_k, d_at: n each.
struct RungeKuttaRoom {
  double *sines, *cosines, *y, *k, *sum, *at, *d_y, *d_k, *d_at;
};

inline double runge_kutta(const double* a, const double* start, const double* target, int n, int T,
                          double dt, double* __restrict d_a, double* __restrict d_start,
                          const RungeKuttaRoom& room) {
  double* __restrict y = room.y;
  double* __restrict k = room.k;
  double* __restrict sum = room.sum;
  double* __restrict at = room.at;
  double* __restrict d_y = room.d_y;
  double* __restrict d_k = room.d_k;
  double* __restrict d_at = room.d_at;
  const auto sines = [&](int t, int stage) { return room.sines + (t * 4 + stage) * n; };
  const auto cosines = [&](int t, int stage) { return room.cosines + (t * 4 + stage) * n; };
  const double step[] = {0.5 * dt, 0.5 * dt, dt};  // to the point of the next stage
  const double weight[] = {1, 2, 2, 1};
  for (int i = 0; i < n; ++i) y[i] = start[i];
  for (int t = 0; t < T; ++t) {
    slope(a, y, n, k, sines(t, 0), cosines(t, 0));
    for (int i = 0; i < n; ++i) sum[i] = k[i];
    for (int stage = 1; stage < 4; ++stage) {
      for (int i = 0; i < n; ++i) at[i] = y[i] + step[stage - 1] * k[i];
      slope(a, at, n, k, sines(t, stage), cosines(t, stage));
      for (int i = 0; i < n; ++i) sum[i] += weight[stage] * k[i];
    }
    for (int i = 0; i < n; ++i) y[i] += dt / 6 * sum[i];
  }
  double squares = 0;
  for (int i = 0; i < n; ++i) {
    squares += (y[i] - target[i]) * (y[i] - target[i]);
    d_y[i] = 2 * (y[i] - target[i]);
    d_a[i] = 0;
  }
  for (int t = T - 1; t >= 0; --t) {
    // d_start collects the adjoint of y before the step.
    for (int i = 0; i < n; ++i) {
      d_start[i] = d_y[i];
      d_k[i] = dt / 6 * d_y[i];
    }
    for (int stage = 3; stage > 0; --stage) {
      slope_adjoint(d_k, sines(t, stage), cosines(t, stage), n, d_a, d_at);
      for (int i = 0; i < n; ++i) {
        d_start[i] += d_at[i];
        d_k[i] = dt / 6 * weight[stage - 1] * d_y[i] + step[stage - 1] * d_at[i];
      }
    }
    slope_adjoint(d_k, sines(t, 0), cosines(t, 0), n, d_a, d_at);
    for (int i = 0; i < n; ++i) d_y[i] = d_start[i] + d_at[i];
  }
  for (int i = 0; i < n; ++i) d_start[i] = d_y[i];
  return squares;
}

}  // namespace gradsmith::bench::hand
