#pragma once

// Products of many factors become pairs again, so that pairs that products have in common are
// computed once.

#include "ir/function.hpp"

namespace gradsmith {

/// Chooses anew how the products among the free nodes outside loops are put together from their
/// factors. A pair whose product, or quotient, the author's value holds already is taken from
/// there; then the pair that most products share is made one factor of them, and again, until no
/// two products share one. A product that shares nothing keeps its form. Time grows as the number
/// of factors times its logarithm.
Function binarise(Function f);

}  // namespace gradsmith
