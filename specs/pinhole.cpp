// Where a camera sees a point: a function of a struct that is defined in a header.

#include <gradsmith/spec.hpp>

#include "camera.hpp"

namespace pinhole {

using gradsmith::data;
using gradsmith::param;

// Half the squared distance between where the camera sees a point and where it was observed.
double error(const param<Camera>& cam, const param<double> point[3], data<double> u,
             data<double> v) {
  const double x = point[0] / point[2];
  const double y = point[1] / point[2];
  const double bent = 1 + cam.distortion * (x * x + y * y);
  const double right = cam.focal * bent * x + cam.centre[0] - u;
  const double down = cam.focal * bent * y + cam.centre[1] - v;
  return (right * right + down * down) / 2;
}

}  // namespace pinhole
