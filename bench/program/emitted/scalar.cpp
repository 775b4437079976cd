// What gradsmith emitted for the functions of a few numbers, as kernels. Compiled once for each
// policy; the macro GRADSMITH_BENCH_POLICY is its namespace.

#include "emitted/begin_emitted.hpp"

namespace gradsmith::GRADSMITH_BENCH_POLICY::emitted {
#include "specs/black_scholes.grad.hpp"
#include "specs/five_points.grad.hpp"
#include "specs/recitation4.grad.hpp"
}  // namespace gradsmith::GRADSMITH_BENCH_POLICY::emitted

namespace gradsmith::GRADSMITH_BENCH_POLICY {

static void lab5(const double* in, double* out) {
  auto& d = *reinterpret_cast<emitted::five_points::loss_partials*>(out + 1);
  out[0] = emitted::five_points::loss_gradient(in[0], in[1], in[2], in[3], in[4], in[5], in[6],
                                               in[7], in[8], in[9], in[10], in[11], d);
}

static void recitation(const double* in, double* out) {
  auto& d = *reinterpret_cast<emitted::recitation4::y_partials*>(out + 1);
  out[0] = emitted::recitation4::y_gradient(in[0], in[1], d);
}

static void black_scholes_first(const double* in, double* out) {
  auto& d = *reinterpret_cast<emitted::black_scholes::call_price_partials*>(out + 1);
  out[0] = emitted::black_scholes::call_price_gradient(in[0], in[1], in[2], in[3], in[4], d);
}

static void black_scholes_second(const double* in, double* out) {
  emitted::black_scholes::call_price_sparse_hessian(in[0], in[1], in[2], in[3], in[4], out);
}

Emitted lab5_gradient() { return {lab5}; }
Emitted recitation_gradient() { return {recitation}; }
Emitted black_scholes_gradient() { return {black_scholes_first}; }
Emitted black_scholes_hessian() {
  using namespace emitted::black_scholes;
  return emitted_hessian(black_scholes_second, call_price_sparse_hessian_row_starts,
                         call_price_sparse_hessian_columns, call_price_sparse_hessian_rows);
}

}  // namespace gradsmith::GRADSMITH_BENCH_POLICY
