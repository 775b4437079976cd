#pragma once

// What compiled code cannot say about a loss, found out by evaluating the author's function: which
// intermediate quantity was first not finite.

#include <string>

#include "commands/not_finite_search.hpp"
#include "ir/function.hpp"
#include "runtime/model.hpp"

namespace gradsmith {

/// The first operation whose operands are all finite and whose result is not, as the author's
/// function computes it for these samples, counted by the integer `sample_count`. Nothing where it
/// cannot be told.
FirstNotFinite first_not_finite(const Function& loss, const runtime::Model& model,
                                const std::vector<double>& parameters,
                                const runtime::SampleSet& samples, const std::string& sample_count);

}  // namespace gradsmith
