#pragma once

// Where the arrays of derived functions lie.

#include "passes/derive.hpp"

namespace gradsmith {

/// What observers are told that this stage is.
inline constexpr std::string_view kLayOut = "lay_out";

/// What `derive` gave, with copies of arrays where the statements' order and branches, which
/// emission chooses, need them (emit/schedule.hpp, passes/copy_versions.hpp), and with a workspace
/// where the function has arrays of run-time length. Throws ArrayOrderRefusal where copies do not
/// help.
std::vector<Item> laid_out(std::vector<Item> items, const PassObserver& observer = {});

}  // namespace gradsmith
