#pragma once

// Watching the passes: --print-after and --stats.

#include <functional>
#include <string>
#include <vector>

#include "passes/pipeline.hpp"

namespace gradsmith {

/// The stages that --print-after takes: lower, the passes of the pipeline, differentiate.
std::vector<std::string> stage_names();

/// Throws UsageError where `stage` is neither one of them nor `all`.
void require_stage(const std::string& stage);

/// Takes the lines that an observer has to say.
using Sink = std::function<void(const std::string& line)>;

/// Prints the function as an s-expression after the stages asked for, headed by function and stage;
/// where the stage did nothing, `(unchanged)` instead. What a pass is given that the pass before it
/// did not leave behind was lowered, or made by differentiation.
PassObserver print_after(const std::string& stage, Sink sink);

/// Prints how many nodes each stage leaves, and which operations.
PassObserver print_counts(Sink sink);

/// Both, one after the other; empty ones are left out.
PassObserver both(PassObserver first, PassObserver second);

}  // namespace gradsmith
