#include "functions/rosenbrock.hpp"

#include "cases/cases.hpp"
#include "cases/sympy.hpp"
#include "hand/rosenbrock.hpp"
#include "make_case.hpp"
#include "specs/rosenbrock.cpp"

namespace gradsmith {

static void primal(const double* in, double* out) { out[0] = rosenbrock::valley(in); }

Case case_rosenbrock_gradient() {
  return make_case<Rosenbrock, Kind::Gradient>(
      row_rosenbrock_gradient(), {primal, hand::rosenbrock_gradient, sympy::rosenbrock_gradient});
}

Case case_rosenbrock_hessian() {
  return make_case<Rosenbrock, Kind::Hessian>(
      row_rosenbrock_hessian(), {primal, hand::rosenbrock_hessian, sympy::rosenbrock_hessian});
}

}  // namespace gradsmith
