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
  auto& d = *reinterpret_cast<emitted::rosenbrock::valley_partials*>(out + 1);
  out[0] = emitted::rosenbrock::valley_hessian(in, d, out + 17);
}

static void lennard_jones_first(const double* in, double* out) {
  auto& d = *reinterpret_cast<emitted::lennard_jones::energy_partials*>(out + 1);
  out[0] = emitted::lennard_jones::energy_gradient(&as<double[3]>(in), d);
}

static void lennard_jones_second(const double* in, double* out) {
  auto& d = *reinterpret_cast<emitted::lennard_jones::energy_partials*>(out + 1);
  out[0] = emitted::lennard_jones::energy_hessian(&as<double[3]>(in), d, out + 16);
}

Kernel mlp_gradient() { return mlp; }
Kernel rosenbrock_gradient() { return rosenbrock_first; }
Kernel rosenbrock_hessian() { return rosenbrock_second; }
Kernel lennard_jones_gradient() { return lennard_jones_first; }
Kernel lennard_jones_hessian() { return lennard_jones_second; }

}  // namespace gradsmith::GRADSMITH_BENCH_POLICY
