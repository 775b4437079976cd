// What gradsmith emitted for the functions with several results.

#include "emitted/begin_emitted.hpp"

namespace gradsmith::GRADSMITH_BENCH_POLICY::emitted {
#include "specs/bundle_adjustment.grad.hpp"
#include "specs/robot_arm.grad.hpp"
}  // namespace gradsmith::GRADSMITH_BENCH_POLICY::emitted

namespace gradsmith::GRADSMITH_BENCH_POLICY {

static void bundle_adjustment(const double* in, double* out) {
  emitted::bundle_adjustment::reprojection_jacobian(in, in + 11, in[14], in + 15, out, out + 2);
}

static void robot_arm(const double* in, double* out) {
  emitted::robot_arm::tip_jacobian(in, out, out + 3);
}

Emitted bundle_adjustment_jacobian() { return {bundle_adjustment}; }
Emitted robot_arm_jacobian() { return {robot_arm}; }

}  // namespace gradsmith::GRADSMITH_BENCH_POLICY
