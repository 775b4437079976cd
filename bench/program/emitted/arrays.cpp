// What gradsmith emitted for the functions of an array: Rosenbrock, Lennard-Jones and the
// classifier.

#include "emitted/begin_emitted.hpp"

namespace gradsmith::GRADSMITH_BENCH_POLICY::emitted {
#include "specs/lennard_jones.grad.hpp"
#include "specs/mlp_4_16_16_3.grad.hpp"
#include "specs/rosenbrock.grad.hpp"
}  // namespace gradsmith::GRADSMITH_BENCH_POLICY::emitted

namespace gradsmith::GRADSMITH_BENCH_POLICY {

// The numbers from p on as an array of the shape that the emitted function takes.
template <class Array>
static const Array& as(const double* p) {
  return *reinterpret_cast<const Array*>(p);
}

static void mlp(const double* in, double* out) {
  auto& d = *reinterpret_cast<emitted::mlp::loss_partials*>(out + 1);
  out[0] = emitted::mlp::loss_gradient(as<double[16][4]>(in), as<double[16]>(in + 64),
                                       as<double[16][16]>(in + 80), as<double[16]>(in + 336),
                                       as<double[3][16]>(in + 352), as<double[3]>(in + 400),
                                       as<double[4]>(in + 403), as<double[3]>(in + 407), d);
}

static void rosenbrock_first(const double* in, double* out) {
  auto& d = *reinterpret_cast<emitted::rosenbrock::valley_partials*>(out + 1);
  out[0] = emitted::rosenbrock::valley_gradient(in, d);
}

static void rosenbrock_second(const double* in, double* out) {
  emitted::rosenbrock::valley_sparse_hessian(in, out);
}

static void lennard_jones_first(const double* in, double* out) {
  auto& d = *reinterpret_cast<emitted::lennard_jones::energy_partials*>(out + 1);
  out[0] = emitted::lennard_jones::energy_gradient(&as<double[3]>(in), d);
}

static void lennard_jones_second(const double* in, double* out) {
  emitted::lennard_jones::energy_sparse_hessian(&as<double[3]>(in), out);
}

Emitted mlp_gradient() { return {mlp}; }
Emitted rosenbrock_gradient() { return {rosenbrock_first}; }
Emitted rosenbrock_hessian() {
  using namespace emitted::rosenbrock;
  return emitted_hessian(rosenbrock_second, valley_sparse_hessian_row_starts,
                         valley_sparse_hessian_columns, valley_sparse_hessian_rows);
}
Emitted lennard_jones_gradient() { return {lennard_jones_first}; }
Emitted lennard_jones_hessian() {
  using namespace emitted::lennard_jones;
  return emitted_hessian(lennard_jones_second, energy_sparse_hessian_row_starts,
                         energy_sparse_hessian_columns, energy_sparse_hessian_rows);
}

}  // namespace gradsmith::GRADSMITH_BENCH_POLICY
