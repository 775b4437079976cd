#pragma once

// Why a loss is not finite: which intermediate quantity was so first.

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
