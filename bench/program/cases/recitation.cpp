#include "functions/recitation.hpp"

#include "cases/cases.hpp"
#include "cases/sympy.hpp"
#include "hand/scalar.hpp"
#include "make_case.hpp"
#include "specs/recitation4.cpp"

namespace gradsmith {

static void primal(const double* in, double* out) { out[0] = recitation4::y(in[0], in[1]); }

Case case_recitation_gradient() {
  return make_case<Recitation, Kind::Gradient>(
      row_recitation_gradient(), {primal, hand::recitation_gradient, sympy::recitation_gradient});
}

}  // namespace gradsmith
