#pragma once

// Watching the passes: --print-after and --stats.

#include <chrono>
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

/// How long something takes.
class Stopwatch {
 public:
  Stopwatch() : start_(std::chrono::steady_clock::now()) {}
  /// The time since it was made: `1.3 ms`.
  std::string text() const;

 private:
  std::chrono::steady_clock::time_point start_;
};

/// Prints how many nodes each stage leaves, which operations, and how long it took. Differentiation
/// is not watched by itself: its time is in that of the first pass over its result, which says so.
PassObserver print_counts(Sink sink);

/// Both, one after the other; empty ones are left out.
PassObserver both(PassObserver first, PassObserver second);

}  // namespace gradsmith
