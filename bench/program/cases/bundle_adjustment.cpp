#include "functions/bundle_adjustment.hpp"

#include "cases/cases.hpp"
#include "cases/sympy.hpp"
#include "hand/bundle_adjustment.hpp"
#include "make_case.hpp"
#include "specs/bundle_adjustment.cpp"

namespace gradsmith {

static void primal(const double* in, double* out) {
  bundle_adjustment::reprojection(in, in + 11, in[14], in + 15, out);
}

Case case_bundle_adjustment_jacobian() {
  return make_case<BundleAdjustment, Kind::Jacobian>(
      row_bundle_adjustment_jacobian(),
      {primal, hand::bundle_adjustment_jacobian, sympy::bundle_adjustment_jacobian});
}

}  // namespace gradsmith
