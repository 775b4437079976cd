#pragma once

// Quotients that share a denominator become products with one reciprocal.

#include "ir/function.hpp"

namespace gradsmith {

/// Among the free nodes: where two or more quotients divide by one denominator, up to constant
/// factors, each becomes a product with the reciprocal that they share; where the author's value
/// holds that reciprocal already, a single one does. A product costs less than a quotient and is
/// off by at most one unit in the last place more; where the reciprocal of a subnormal number
/// overflows, so does the product. Quotients by constants and the author's own stay.
Function reciprocals(Function f);

}  // namespace gradsmith
