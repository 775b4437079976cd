#pragma once

// Which passes run, in which order.

#include <functional>
#include <span>
#include <string_view>

#include "ir/function.hpp"

namespace gradsmith {

/// One pass: a function from Functions to Functions.
struct Pass {
  std::string_view name;
  Function (*run)(Function);
};

/// Called after every pass with its name, the function before it was run being `before`.
using PassObserver =
    std::function<void(std::string_view pass, const Function& before, const Function& after)>;

/// The passes from a lowered function to one that can be differentiated.
std::span<const Pass> preparation();

/// The passes after differentiation.
std::span<const Pass> finishing();

/// Runs passes in order; in debug builds the invariants are verified after each.
Function run_passes(std::span<const Pass> passes, Function f, const PassObserver& observer = {});

/// run_passes of `preparation()`.
Function prepare(Function f, const PassObserver& observer = {});

}  // namespace gradsmith
