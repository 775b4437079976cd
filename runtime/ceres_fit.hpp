#pragma once

#include <vector>

#include "runtime/fit.hpp"

namespace gradsmith::runtime {

// Second-order methods over all samples, by Ceres Solver.
enum class Solver { Steps, LBfgs, LevenbergMarquardt };

// Whether this build has Ceres.
bool has_ceres();

// Minimises the mean loss over all samples with the options' weight decay, until as many iterations
// are done as there are epochs. From a state only its parameters are taken: the method begins anew
// there. Levenberg and Marquardt's method takes each sample's loss, which
// must not be negative, as half the square of its root; so it is Gauss and Newton's for square
// losses, and needs a loss that is a sum or a mean over samples. A step to where one is negative
// ends it with BelowZero. Throws ModelError for what it cannot do, and where there is no Ceres.
Fitted fit_by_ceres(Solver solver, BatchLoss& loss, const SampleSet& samples,
                    const SampleSet* validation, FitState state, const FitOptions& options,
                    const FitHooks& hooks);

}  // namespace gradsmith::runtime
