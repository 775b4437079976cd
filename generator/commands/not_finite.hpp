#pragma once

// What compiled code cannot say about a loss, found out by evaluating the author's function: which
// intermediate quantity was first not finite, and which sample makes a subscript leave its array.

#include <string>

#include "commands/not_finite_search.hpp"
#include "ir/function.hpp"
#include "runtime/binding.hpp"
#include "runtime/dataset.hpp"
#include "runtime/model.hpp"

namespace gradsmith {

/// The first operation whose operands are all finite and whose result is not, as the author's
/// function computes it for these samples, counted by the integer `sample_count`. Nothing where it
/// cannot be told.
FirstNotFinite first_not_finite(const Function& loss, const runtime::Model& model,
                                const std::vector<double>& parameters,
                                const runtime::SampleSet& samples, const std::string& sample_count);

/// Throws DataError where an integer of the data takes a subscript out of its array (a label of
/// more classes than there are), which compiled code would read past without a word. Of each
/// integer data parameter a sample for each number is looked at, of many numbers for the smallest,
/// the largest, and some of the others.
void require_subscripts(const Function& loss, const runtime::Model& model,
                        const runtime::SampleSet& samples, const runtime::Dataset& data,
                        const runtime::BindingOptions& options);

}  // namespace gradsmith
