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

/// The same for functions whose loops stay loops: before differentiation, between two orders of it,
/// and after it, when arrays get their places in memory.
std::span<const Pass> preparing_loops();
std::span<const Pass> between_loops();
/// What words want that are not about columns: values in arrays before loops that do not change
/// them.
std::span<const Pass> hoisting();
/// What words want that go backwards through a function with loops that are left early.
std::span<const Pass> counting();
/// The first of `finishing_loops`: store or recompute. A gradient that is differentiated once more
/// along a direction needs the answer before.
std::span<const Pass> keeping();
std::span<const Pass> finishing_loops();

/// Runs passes in order; in debug builds the invariants are verified after each.
Function run_passes(std::span<const Pass> passes, Function f, const PassObserver& observer = {});

/// run_passes of `preparation()`, which unrolls all loops; of `preparing_loops()` where the
/// function says so (`keep_loops`), or where some loop has no constant length or is too long.
Function prepare(Function f, const PassObserver& observer = {});

}  // namespace gradsmith
