#pragma once

// Arithmetic of the evaluator: operators and conversions on single numbers of an element kind, kept
// as long double.

#include <cstdint>

#include "ir/ops.hpp"
#include "ir/type.hpp"

namespace gradsmith {

/// How floating nodes are computed: F64 in double and F32 in float, as compiled code does, or all
/// in long double.
enum class Precision : std::uint8_t { AsCompiled, Extended };

/// An operator of ops.def on operands of kind `element` (the second's for Polygamma), Throws
/// EvaluationError where C++ leaves the result undefined: overflow of integers, their division by
/// zero.
long double scalar_value(Precision precision, Op op, Element element, long double x, long double y,
                         long double z);

/// static_cast from one kind to another. Throws EvaluationError where the number does not fit.
long double converted(Precision precision, Element from, Element to, long double x);

}  // namespace gradsmith
