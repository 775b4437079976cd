// A driven pendulum in steps, as a solver sees it: the defects that it makes zero, two for each
// step, and the effort that it makes small.

#include <cmath>

namespace pendulum {

constexpr int steps = 4;
constexpr double h = 0.25;  // seconds
constexpr double gravity = 9.81;

static double acceleration(double angle, double torque) {
  return torque - gravity * std::sin(angle);
}

void motion(const double angle[steps + 1], const double rate[steps + 1],
            const double torque[steps + 1], double defect[2 * steps], double& effort) {
  effort = 0;
  for (int k = 0; k < steps; ++k) {
    const double here = acceleration(angle[k], torque[k]);
    const double next = acceleration(angle[k + 1], torque[k + 1]);
    defect[2 * k] = angle[k + 1] - angle[k] - h / 2 * (rate[k] + rate[k + 1]);
    defect[2 * k + 1] = rate[k + 1] - rate[k] - h / 2 * (here + next);
    effort += h / 2 * (torque[k] * torque[k] + torque[k + 1] * torque[k + 1]);
  }
}

}  // namespace pendulum
