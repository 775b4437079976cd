#pragma once

namespace pinhole {

/// A camera at the origin that looks along z.
struct Camera {
  double focal;
  double centre[2];   ///< where the axis meets the image
  double distortion;  ///< of second order in the distance from the axis
};

}  // namespace pinhole
