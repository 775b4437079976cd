#pragma once

// Source of functions that derivatives need and <cmath> lacks; emitted into the file that uses
// them.

#include <string_view>

namespace gradsmith {

/// C++11 source of `gradsmith_math::polygamma(int order, T x)` under its own include guard.
std::string_view polygamma_source();

}  // namespace gradsmith
