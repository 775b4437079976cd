#include "functions/lennard_jones.hpp"

#include "cases/cases.hpp"
#include "cases/sympy.hpp"
#include "hand/lennard_jones.hpp"
#include "make_case.hpp"
#include "specs/lennard_jones.cpp"

namespace gradsmith {

static void primal(const double* in, double* out) {
  out[0] = lennard_jones::energy(reinterpret_cast<const double(*)[3]>(in));
}

Case case_lennard_jones_gradient() {
  return make_case<LennardJones, Kind::Gradient>(
      row_lennard_jones_gradient(),
      {primal, hand::lennard_jones_gradient, sympy::lennard_jones_gradient});
}

Case case_lennard_jones_hessian() {
  return make_case<LennardJones, Kind::Hessian>(
      row_lennard_jones_hessian(),
      {primal, hand::lennard_jones_hessian, sympy::lennard_jones_hessian});
}

}  // namespace gradsmith
