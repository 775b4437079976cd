#pragma once

// Gradients by hand of steps over time: what the way back needs is stored on the way there.

#include <cmath>

namespace gradsmith::bench::hand {

// states: (T + 1) h; residual: T; d_state and d_before: h each.
inline double elman(const double* W, const double* U, const double* b, const double* v,
                    const double* x, const double* y, int T, int d, int h, double* __restrict d_W,
                    double* __restrict d_U, double* __restrict d_b, double* __restrict d_v,
                    double* __restrict states, double* __restrict residual,
                    double* __restrict d_state, double* __restrict d_before) {
  for (int i = 0; i < h; ++i) states[i] = 0;
  double sum = 0;
  for (int t = 0; t < T; ++t) {
    const double* before = states + t * h;
    double* after = states + (t + 1) * h;
    double output = 0;
    for (int i = 0; i < h; ++i) {
      double a = b[i];
      for (int j = 0; j < d; ++j) a += W[i * d + j] * x[t * d + j];
      for (int j = 0; j < h; ++j) a += U[i * h + j] * before[j];
      after[i] = std::tanh(a);
      output += v[i] * after[i];
    }
    residual[t] = output - y[t];
    sum += 0.5 * residual[t] * residual[t];
  }

  for (int e = 0; e < h * d; ++e) d_W[e] = 0;
  for (int e = 0; e < h * h; ++e) d_U[e] = 0;
  for (int i = 0; i < h; ++i) d_b[i] = d_v[i] = d_state[i] = 0;
  for (int t = T - 1; t >= 0; --t) {
    const double* before = states + t * h;
    const double* after = states + (t + 1) * h;
    for (int j = 0; j < h; ++j) d_before[j] = 0;
    for (int i = 0; i < h; ++i) {
      d_v[i] += residual[t] * after[i];
      const double d_a = (d_state[i] + residual[t] * v[i]) * (1 - after[i] * after[i]);
      d_b[i] += d_a;
      for (int j = 0; j < d; ++j) d_W[i * d + j] += d_a * x[t * d + j];
      for (int j = 0; j < h; ++j) {
        d_U[i * h + j] += d_a * before[j];
        d_before[j] += d_a * U[i * h + j];
      }
    }
    for (int j = 0; j < h; ++j) d_state[j] = d_before[j];
  }
  return sum;
}

// Room: states and cells with (T + 1) h numbers each, gates with 4 T h, of_cell (the cell's tanh)
// with T h, residual with T, d_state and d_cell with h, d_gates with 4 h.
struct LstmRoom {
  double *states, *cells, *gates, *of_cell, *residual, *d_state, *d_cell, *d_gates;
};

inline double lstm(const double* W, const double* U, const double* b, const double* v,
                   const double* x, const double* y, int T, int d, int h, double* __restrict d_W,
                   double* __restrict d_U, double* __restrict d_b, double* __restrict d_v,
                   const LstmRoom& room) {
  double* __restrict states = room.states;
  double* __restrict cells = room.cells;
  double* __restrict gates = room.gates;
  double* __restrict of_cell = room.of_cell;
  double* __restrict residual = room.residual;
  double* __restrict d_state = room.d_state;
  double* __restrict d_cell = room.d_cell;
  double* __restrict d_gates = room.d_gates;
  const auto logistic = [](double a) { return 1 / (1 + std::exp(-a)); };
  for (int i = 0; i < h; ++i) states[i] = cells[i] = 0;
  double sum = 0;
  for (int t = 0; t < T; ++t) {
    const double* state = states + t * h;
    double* gate = gates + t * 4 * h;
    for (int r = 0; r < 4 * h; ++r) {
      double a = b[r];
      for (int j = 0; j < d; ++j) a += W[r * d + j] * x[t * d + j];
      for (int j = 0; j < h; ++j) a += U[r * h + j] * state[j];
      gate[r] = r < 3 * h ? logistic(a) : std::tanh(a);
    }
    double output = 0;
    for (int i = 0; i < h; ++i) {
      const double cell = gate[h + i] * cells[t * h + i] + gate[i] * gate[3 * h + i];
      cells[(t + 1) * h + i] = cell;
      of_cell[t * h + i] = std::tanh(cell);
      states[(t + 1) * h + i] = gate[2 * h + i] * of_cell[t * h + i];
      output += v[i] * states[(t + 1) * h + i];
    }
    residual[t] = output - y[t];
    sum += 0.5 * residual[t] * residual[t];
  }

  for (int e = 0; e < 4 * h * d; ++e) d_W[e] = 0;
  for (int e = 0; e < 4 * h * h; ++e) d_U[e] = 0;
  for (int r = 0; r < 4 * h; ++r) d_b[r] = 0;
  for (int i = 0; i < h; ++i) d_v[i] = d_state[i] = d_cell[i] = 0;
  for (int t = T - 1; t >= 0; --t) {
    const double* state = states + t * h;
    const double* gate = gates + t * 4 * h;
    for (int i = 0; i < h; ++i) {
      const double in = gate[i], forget = gate[h + i], out = gate[2 * h + i];
      const double candidate = gate[3 * h + i];
      const double tanh_cell = of_cell[t * h + i];
      d_v[i] += residual[t] * states[(t + 1) * h + i];
      const double d_h = d_state[i] + residual[t] * v[i];
      const double d_c = d_cell[i] + d_h * out * (1 - tanh_cell * tanh_cell);
      d_gates[i] = d_c * candidate * in * (1 - in);
      d_gates[h + i] = d_c * cells[t * h + i] * forget * (1 - forget);
      d_gates[2 * h + i] = d_h * tanh_cell * out * (1 - out);
      d_gates[3 * h + i] = d_c * in * (1 - candidate * candidate);
      d_cell[i] = d_c * forget;
      d_state[i] = 0;
    }
    for (int r = 0; r < 4 * h; ++r) {
      const double d_a = d_gates[r];
      d_b[r] += d_a;
      for (int j = 0; j < d; ++j) d_W[r * d + j] += d_a * x[t * d + j];
      for (int j = 0; j < h; ++j) {
        d_U[r * h + j] += d_a * state[j];
        d_state[j] += d_a * U[r * h + j];
      }
    }
  }
  return sum;
}

}  // namespace gradsmith::bench::hand
