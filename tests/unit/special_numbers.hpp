#pragma once

// Numbers at which things go wrong.

#include <limits>

namespace gradsmith::test {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();
inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

inline constexpr double kSpecialNumbers[] = {
    0.0,  -0.0,    1,    -1,    2,     0.5,       -3.25,  1e-5,      0.1,        1e-7, 1e16,
    1e22, 1.0 / 3, 3e38, 1e-40, 1e300, 123456789, 5e-324, kInfinity, -kInfinity, kNan};

}  // namespace gradsmith::test
