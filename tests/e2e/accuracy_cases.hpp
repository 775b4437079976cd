#pragma once

// The functions whose derivatives by x are held against MPFR, each written once: as the text of a
// spec, and for dual numbers.

#include <string>
#include <vector>

#include "wide.hpp"

namespace e2e {

/// Where the parameters come from.
enum class Points : std::uint8_t {
  Line,       ///< x of every size and sign
  Plane,      ///< x, y and z of every size and sign, apart and together
  Exponents,  ///< x, y and z as arguments of exponentials: up to 1000, and differences of any size
  Ends,       ///< x close to -1 and 1
};

struct AccuracyCase {
  std::string form;  ///< for people
  std::string name;
  std::string body;
  WideDual (*reference)(const WideDual& x, const WideDual& y, const WideDual& z);
  Points points;
  /// The largest term of the sum that defines the derivative, where that is not the derivative.
  double largest_term = 0;
  /// Bits of the reference, where cancellation eats more than a hundred.
  long bits = 200;
  /// Constant to all bits of a double where the magnitude of x is above this.
  double settles = 0;
  /// Units in the last place that are promised.
  double limit = 8;
};

const std::vector<AccuracyCase>& accuracy_cases();

}  // namespace e2e
