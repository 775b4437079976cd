#pragma once

// Names that say what a value is: `sin_theta`, `inv_r2`, `x_over_y`, `theta_above_0_5`.

#include <string>

#include "ir/ops.hpp"
#include "ir/type.hpp"

namespace gradsmith {

/// A number as part of a name: `2`, `0_5`, `1em16`, `neg_3`.
std::string number_word(double value);

/// What an operator makes of operands of these names; empty where nothing short says it. A missing
/// second operand is empty.
std::string describe(Op op, const std::string& x, const std::string& y);

/// A comparison; operands that are numbers come as number_word.
std::string describe_comparison(Op op, const std::string& x, const std::string& y);

/// A conversion of x: `n_double`.
std::string describe_conversion(Element to, const std::string& x);

}  // namespace gradsmith
