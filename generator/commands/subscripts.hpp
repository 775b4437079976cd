#pragma once

// What compiled code reads past without a word: subscripts that leave their arrays, found by
// evaluating the author's function before compiled code sees the data.

#include "ir/function.hpp"
#include "runtime/binding.hpp"
#include "runtime/dataset.hpp"
#include "runtime/model.hpp"

namespace gradsmith {

/// Throws UsageError where --length says fewer elements than the function's accesses may need with
/// these sizes.
void require_lengths(const Function& f, const runtime::Model& model, std::size_t samples);

/// Throws DataError where an integer of the data takes a subscript out of its array, a label of
/// more classes than there are, and UsageError where sizes or constants do, whatever the data.
/// Every combination of integers that stands in a row is looked at, for parameters of zero: in
/// branches that are taken for other parameters alone a subscript can slip through.
///
/// Returns whether a single sample can be called for; of a function that needs several at once only
/// all together are looked at.
bool require_subscripts(const Function& f, const runtime::Model& model,
                        const runtime::SampleSet& samples, const runtime::Dataset& data,
                        const runtime::BindingOptions& options);

}  // namespace gradsmith
