#include "functions/lab5.hpp"

#include "cases/cases.hpp"
#include "cases/sympy.hpp"
#include "hand/scalar.hpp"
#include "make_case.hpp"
#include "specs/five_points.cpp"

namespace gradsmith {

static void primal(const double* in, double* out) {
  out[0] = five_points::loss(in[0], in[1], in[2], in[3], in[4], in[5], in[6], in[7], in[8], in[9],
                             in[10], in[11]);
}

Case case_lab5_gradient() {
  return make_case<Lab5, Kind::Gradient>(row_lab5_gradient(),
                                         {primal, hand::lab5_gradient, sympy::lab5_gradient});
}

}  // namespace gradsmith
