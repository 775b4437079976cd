#include "functions/mlp.hpp"

#include "cases/cases.hpp"
#include "hand/mlp.hpp"
#include "make_case.hpp"
#include "specs/mlp_4_16_16_3.cpp"

namespace gradsmith {

template <class Array>
static const Array& as(const double* p) {
  return *reinterpret_cast<const Array*>(p);
}

static void primal(const double* in, double* out) {
  out[0] = mlp::loss(
      as<double[16][4]>(in), as<double[16]>(in + Mlp::kB1), as<double[16][16]>(in + Mlp::kW2),
      as<double[16]>(in + Mlp::kB2), as<double[3][16]>(in + Mlp::kW3), as<double[3]>(in + Mlp::kB3),
      as<double[4]>(in + Mlp::kParameters), as<double[3]>(in + Mlp::kParameters + 4));
}

// SymPy is not in it: see docs/benchmarks.md.
Case case_mlp_gradient() {
  return make_case<Mlp, Kind::Gradient>(row_mlp_gradient(), {primal, hand::mlp_gradient, nullptr});
}

}  // namespace gradsmith
