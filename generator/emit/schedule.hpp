#pragma once

// From a Function to statements: what is computed once and named, in which order and in which
// branch.

#include <optional>
#include <set>
#include <string>

#include "emit/block.hpp"
#include "ir/array_conflict.hpp"
#include "ir/function.hpp"

namespace gradsmith {

/// The statements of the function's body. Its outputs are scalars, or arrays given element by
/// element (Pack); `foreign` names are taken by other things in the file. Near-linear in the size
/// of the graph; throws Refusal where a loop or an uninitialised variable is left (see Terms), and
/// ArrayOrderRefusal where no order of the statements leaves every array what it is read for.
Block schedule(const Function& f, const std::set<std::string>& foreign = {});

/// What `schedule` would refuse by an ArrayOrderRefusal; the function needs no workspace yet.
std::optional<ArrayConflict> find_array_conflict(Function f);

}  // namespace gradsmith
