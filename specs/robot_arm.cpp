// The position of the tip of an arm with six joints (a PUMA 560), from the joint angles, by the
// convention of Denavit and Hartenberg.

#include <cmath>

namespace robot_arm {

constexpr int joints = 6;
constexpr double a[joints] = {0, 0.4318, 0.0203, 0, 0, 0};
constexpr double d[joints] = {0.67, 0, 0.15005, 0.4318, 0, 0.05};
constexpr double cos_alpha[joints] = {0, 1, 0, 0, 0, 1};
constexpr double sin_alpha[joints] = {1, 0, -1, 1, -1, 0};

void tip(const double q[joints], double position[3]) {
  double R[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  double t[3] = {0, 0, 0};
  for (int joint = 0; joint < joints; ++joint) {
    const double c = std::cos(q[joint]);
    const double s = std::sin(q[joint]);
    const double link[3][3] = {{c, -s * cos_alpha[joint], s * sin_alpha[joint]},
                               {s, c * cos_alpha[joint], -c * sin_alpha[joint]},
                               {0, sin_alpha[joint], cos_alpha[joint]}};
    const double offset[3] = {a[joint] * c, a[joint] * s, d[joint]};
    double product[3][3];
    for (int i = 0; i < 3; ++i) {
      for (int k = 0; k < 3; ++k) t[i] += R[i][k] * offset[k];
      for (int j = 0; j < 3; ++j) {
        product[i][j] = 0;
        for (int k = 0; k < 3; ++k) product[i][j] += R[i][k] * link[k][j];
      }
    }
    for (int i = 0; i < 3; ++i) {
      for (int j = 0; j < 3; ++j) R[i][j] = product[i][j];
    }
  }
  for (int i = 0; i < 3; ++i) position[i] = t[i];
}

}  // namespace robot_arm
