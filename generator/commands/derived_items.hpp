#pragma once

// Everything that is written for one spec.

#include <vector>

#include "commands/lowered_spec.hpp"
#include "emit/header.hpp"
#include "passes/derive.hpp"

namespace gradsmith {

/// The items of the words of every function of a spec, in source order: what a function's words
/// share, then each word's own; a function that two words give (`partials` and `d_x`) once. Reports
/// refusals and marks the spec as refused; functions that were refused are left out, by name.
/// Refuses names that two functions would give (gs-name-clash).
std::vector<HeaderItem> derived_items(LoweredSpec& spec, const PassObserver& observer = {});

}  // namespace gradsmith
