// Reprojection of a point by a camera: rotation r, centre C, focal length f, principal point x0 and
// two coefficients of radial distortion k. The residual is the weighted distance from the observed
// point in the image.

#include <cmath>
#include <gradsmith/spec.hpp>

namespace bundle_adjustment {

using gradsmith::data;

static double dot(const double a[3], const double b[3]) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void cross(const double a[3], const double b[3], double product[3]) {
  product[0] = a[1] * b[2] - a[2] * b[1];
  product[1] = a[2] * b[0] - a[0] * b[2];
  product[2] = a[0] * b[1] - a[1] * b[0];
}

// Rotates p about r by the angle |r|, by the formula of Rodrigues.
static void rotate(const double r[3], const double p[3], double rotated[3]) {
  const double theta = std::sqrt(dot(r, r));
  const double u[3] = {r[0] / theta, r[1] / theta, r[2] / theta};
  const double cos_theta = std::cos(theta);
  const double sin_theta = std::sin(theta);
  const double along = dot(u, p) * (1 - cos_theta);
  double u_x_p[3];
  cross(u, p, u_x_p);
  for (int i = 0; i < 3; ++i) rotated[i] = p[i] * cos_theta + u_x_p[i] * sin_theta + u[i] * along;
}

static void project(const double cam[11], const double in_camera[3], double w,
                    const double observed[2], double residual[2]) {
  const double f = cam[6];
  const double* x0 = cam + 7;
  const double* k = cam + 9;
  const double p[2] = {in_camera[0] / in_camera[2], in_camera[1] / in_camera[2]};
  const double r2 = p[0] * p[0] + p[1] * p[1];
  const double L = 1 + k[0] * r2 + k[1] * r2 * r2;
  for (int i = 0; i < 2; ++i) residual[i] = w * (f * L * p[i] + x0[i] - observed[i]);
}

// cam holds r(3) C(3) f x0(2) k(2). Not defined at r = 0.
void reprojection(const double cam[11], const double X[3], double w, const data<double> observed[2],
                  double residual[2]) {
  const double* C = cam + 3;
  const double from_centre[3] = {X[0] - C[0], X[1] - C[1], X[2] - C[2]};
  double in_camera[3];
  rotate(cam, from_centre, in_camera);
  project(cam, in_camera, w, observed, residual);
}

// The same camera, for any rotation: where the angle is tiny the rotation is p + r x p.
void reprojection_any_angle(const double cam[11], const double X[3], double w,
                            const data<double> observed[2], double residual[2]) {
  const double* C = cam + 3;
  const double from_centre[3] = {X[0] - C[0], X[1] - C[1], X[2] - C[2]};
  double in_camera[3];
  if (dot(cam, cam) > 1e-16) {
    rotate(cam, from_centre, in_camera);
  } else {
    cross(cam, from_centre, in_camera);
    for (int i = 0; i < 3; ++i) in_camera[i] += from_centre[i];
  }
  project(cam, in_camera, w, observed, residual);
}

}  // namespace bundle_adjustment
