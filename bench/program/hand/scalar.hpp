#pragma once

// Derivatives by hand of the functions of a few numbers: lab5, recitation, Black and Scholes.

#include <cmath>

#include "keep_scalar.hpp"

namespace gradsmith::hand {

GRADSMITH_BENCH_SCALAR inline void lab5_gradient(const double* __restrict in,
                                                 double* __restrict out) {
  const double x1 = in[9], x2 = in[10], y = in[11];
  const double u1 = in[7], u2 = in[8];
  const double z1 = std::tanh(in[0] + (x1 * in[1] + x2 * in[2]));
  const double z2 = std::tanh(in[3] + (x1 * in[4] + x2 * in[5]));
  const double fin = in[6] + (u1 * z1 + u2 * z2);
  const double one_plus_e = 1 + std::exp(-fin);
  const double d_fin = 1 / one_plus_e - y;
  const double d_z1 = d_fin * u1 * (1 - z1 * z1);
  const double d_z2 = d_fin * u2 * (1 - z2 * z2);
  out[0] = fin - fin * y + std::log(one_plus_e);
  out[1] = d_z1;
  out[2] = d_z1 * x1;
  out[3] = d_z1 * x2;
  out[4] = d_z2;
  out[5] = d_z2 * x1;
  out[6] = d_z2 * x2;
  out[7] = d_fin;
  out[8] = d_fin * z1;
  out[9] = d_fin * z2;
}

inline void recitation_gradient(const double* __restrict in, double* __restrict out) {
  const double x = in[0], z = in[1];
  const double log_x = std::log(x);
  const double xz = x * z;
  const double sin_log = std::sin(log_x), cos_log = std::cos(log_x);
  const double exp_xz = std::exp(xz);
  const double inv = 1 / (log_x * xz);
  const double inv_log = inv * xz;
  const double inv_xz = inv * log_x;
  const double s = sin_log * inv_xz;
  out[0] = exp_xz + xz * inv_log + s;
  out[1] = z * (exp_xz + inv_log - inv_log * inv_log + (cos_log * inv_xz - s) * inv_xz);
  out[2] = x * (exp_xz + inv_log - s * inv_xz);
}

// What price, gradient and Hessian share: with P and Q the normal distribution at d1 and d2, p its
// density at d1, the price is S P - K' Q with K' = K exp(-rt), and S p(d1) = K' p(d2).
struct Option {
  explicit Option(const double* in) : S(in[0]), K(in[1]), r(in[2]), v(in[3]), t(in[4]) {
    constexpr double kInvSqrt2 = 0.70710678118654752440;
    constexpr double kInvSqrt2Pi = 0.39894228040143267794;
    root_t = std::sqrt(t);
    sv = v * root_t;
    // One division for 1 / K, 1 / sv and 1 / S.
    const double inv = 1 / (S * K * sv);
    inv_sv = inv * (S * K);
    inv_S = inv * (K * sv);
    inv_K = inv * (S * sv);
    d1 = (std::log(S * inv_K) + (r + 0.5 * v * v) * t) * inv_sv;
    d2 = d1 - sv;
    P = 0.5 * (1 + std::erf(d1 * kInvSqrt2));
    Q = 0.5 * (1 + std::erf(d2 * kInvSqrt2));
    discount = std::exp(-r * t);
    S_p = S * kInvSqrt2Pi * std::exp(-0.5 * d1 * d1);
  }

  double S, K, r, v, t;
  double root_t, sv, inv_sv, inv_S, inv_K, d1, d2, P, Q, discount, S_p;
};

GRADSMITH_BENCH_SCALAR inline void black_scholes_gradient(const double* __restrict in,
                                                          double* __restrict out) {
  const Option o(in);
  const double discounted_Q = o.discount * o.Q;
  const double K_Q = o.K * discounted_Q;
  out[0] = o.S * o.P - K_Q;
  out[1] = o.P;
  out[2] = -discounted_Q;
  out[3] = o.t * K_Q;
  out[4] = o.S_p * o.root_t;
  // S p v / (2 sqrt t) = S p sv / (2 t), and 1 / t = (v / sv)^2.
  const double v_over_sv = o.v * o.inv_sv;
  out[5] = o.r * K_Q + 0.5 * o.S_p * o.v * v_over_sv;
}

GRADSMITH_BENCH_SCALAR inline void black_scholes_hessian(const double* __restrict in,
                                                         double* __restrict out) {
  const Option o(in);
  const double discounted_Q = o.discount * o.Q;
  const double K_Q = o.K * discounted_Q;
  const double inv_root_t = o.v * o.inv_sv;
  const double inv_t = inv_root_t * inv_root_t;
  const double inv_v = o.root_t * o.inv_sv;
  const double g = o.S_p * o.inv_sv;
  const double vega = o.S_p * o.root_t;
  // d1 and d2 by v and t.
  const double d1_v = -o.d2 * inv_v;
  const double d1_t = (o.r + 0.5 * o.v * o.v) * o.inv_sv - 0.5 * o.d1 * inv_t;
  const double d2_t = d1_t - 0.5 * o.v * inv_root_t;
  const double half_v = 0.5 * o.v * inv_root_t;
  const double by_t = o.S_p * half_v;
  out[0] = g * o.inv_S * o.inv_S;                         // S S
  out[1] = -g * o.inv_S * o.inv_K;                        // K S
  out[2] = g * o.inv_K * o.inv_K;                         // K K
  const double S_p_root = g * o.t;                        // S p sqrt(t) / v
  out[3] = S_p_root * o.inv_S;                            // r S
  out[4] = o.t * discounted_Q - S_p_root * o.inv_K;       // r K
  out[5] = -o.t * o.t * K_Q + S_p_root * o.t;             // r r
  out[6] = o.S_p * d1_v * o.inv_S;                        // v S
  out[7] = -o.S_p * (d1_v - o.root_t) * o.inv_K;          // v K
  out[8] = o.t * o.S_p * (d1_v - o.root_t);               // v r
  out[9] = -vega * o.d1 * d1_v;                           // v v
  out[10] = o.S_p * d1_t * o.inv_S;                       // t S
  out[11] = o.r * discounted_Q - o.S_p * d2_t * o.inv_K;  // t K
  out[12] = K_Q - o.r * o.t * K_Q + o.t * o.S_p * d2_t;   // t r
  out[13] = vega * (0.5 * inv_t - o.d1 * d1_t);           // t v
  out[14] = -o.r * o.r * K_Q + o.r * o.S_p * d2_t - by_t * (o.d1 * d1_t + 0.5 * inv_t);  // t t
}

}  // namespace gradsmith::hand
