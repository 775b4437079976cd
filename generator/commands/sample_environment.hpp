#pragma once

// The numbers of a training as the evaluator takes them.

#include <vector>

#include "ir/evaluate.hpp"
#include "ir/function.hpp"
#include "runtime/model.hpp"

namespace gradsmith {

/// What the inputs of the author's function stand for with these parameters and samples, its work
/// arrays among them. Throws EvaluationError where an object's numbers cannot be told apart.
Environment environment_of(const Function& f, const runtime::Model& model,
                           const std::vector<double>& parameters,
                           const runtime::SampleSet& samples);

}  // namespace gradsmith
