#include "functions/robot_arm.hpp"

#include "cases/cases.hpp"
#include "cases/sympy.hpp"
#include "hand/robot_arm.hpp"
#include "make_case.hpp"
#include "specs/robot_arm.cpp"

namespace gradsmith {

static void primal(const double* in, double* out) { robot_arm::tip(in, out); }

Case case_robot_arm_jacobian() {
  return make_case<RobotArm, Kind::Jacobian>(
      row_robot_arm_jacobian(), {primal, hand::robot_arm_jacobian, sympy::robot_arm_jacobian});
}

}  // namespace gradsmith
