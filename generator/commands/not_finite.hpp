#pragma once

// What compiled code cannot say about a loss, found out by evaluating the author's function: which
// intermediate quantity was first not finite.

#include <string>

#include "ir/function.hpp"
#include "runtime/model.hpp"

namespace gradsmith {

/// One sentence about the first operation whose operands are all finite and whose result is not, as
/// the author's function computes it for these samples: its name, its line in the spec, its
/// operands' values. Empty where that cannot be told.
std::string first_not_finite(const Function& loss, const runtime::Model& model,
                             const std::vector<double>& parameters,
                             const runtime::SampleSet& samples);

}  // namespace gradsmith
