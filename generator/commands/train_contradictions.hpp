#pragma once

// Options of `gradsmith train` that would be without effect, or against each other.

#include "commands/train_options.hpp"

namespace gradsmith {

/// Throws UsageError for the first that it finds.
void refuse_contradictions(const TrainOptions& options, const runtime::Plan& plan);

}  // namespace gradsmith
