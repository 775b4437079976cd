// The function of the course's fourth recitation with a name for every intermediate quantity, so
// that its adjoints can be asked for.

#include <array>
#include <cmath>

namespace recitation {

double y(double x, double z) {
  const double xz = x * z;
  const double ln_x = std::log(x);
  const double power = std::exp(xz);
  const double quotient = xz / ln_x;
  const double sine = std::sin(ln_x);
  const double ratio = sine / xz;
  return power + quotient + ratio;
}

// The quantities themselves, in order.
std::array<double, 6> quantities(double x, double z) {
  const double xz = x * z;
  const double ln_x = std::log(x);
  const double sine = std::sin(ln_x);
  return {xz, ln_x, std::exp(xz), xz / ln_x, sine, sine / xz};
}

}  // namespace recitation
