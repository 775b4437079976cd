#pragma once

// Derivatives by name: `d_w11`, `d_x_d_y`, `fin_d_u1`, `d_fout`.

#include "ir/function.hpp"
#include "passes/pipeline.hpp"
#include "passes/words.hpp"

namespace gradsmith {

/// The function that a Named word asks for, before its last simplification. It returns the number
/// where there is one; a first derivative by an array or aggregate fills an object of its shape
/// (`d_w`); a first derivative of several results by a number fills objects of the results' shapes;
/// anything else fills `double* derivative`, row-major: results, then each variable's elements.
Function named_derivative(const Function& primal, const Word& word, const PassObserver& observer);

}  // namespace gradsmith
