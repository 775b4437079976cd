#pragma once

// Whether a loss adds up its samples, which decides what a minibatch of it is.

#include <span>

#include "runtime/model.hpp"

namespace gradsmith::runtime {

// What a function that takes all samples at once makes of them.
enum class OverSamples { Sum, Mean, Whole };

// Finds out by comparing samples together and apart: neither a sum nor a mean is Whole, a loss with
// a penalty, say, which only makes sense for all samples at once. A function that is called for
// each sample is a Sum.
//
// It is asked at `parameters` and at points at several distances from there, as a penalty is not
// seen where the weights are zero, with every run of up to eight samples that are spread over all,
// as the root of a mean is a mean of equal residuals, and with the halves of all samples. A single
// disagreement, up to rounding, makes it Whole, and so does a loss that is nowhere finite or zero
// everywhere. The points are the same for the same parameters.
OverSamples over_samples(const Model& model, const SampleSet& samples,
                         std::span<const double> parameters);

}  // namespace gradsmith::runtime
