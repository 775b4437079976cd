#pragma once

// Constant factors of sums go inside where products that are there anyway then serve.

#include "ir/function.hpp"

namespace gradsmith {

/// A free product c * (a + b) of a constant with a sum that it alone uses becomes c*a + c*b where
/// both of these cost nothing that was not paid before: a constant, a constant multiple that the
/// sum alone uses, or what is computed already up to its sign. So 202 - 400 * (p - 3 * q), beside
/// -400 * p, becomes 202 + (-400 * p + 1200 * q), one product less. Rounding as in `factor`, which
/// goes the other way: for a caller to keep where the counted cost falls. Linear.
Function multiply_out(Function f);

}  // namespace gradsmith
