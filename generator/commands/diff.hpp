#pragma once

// A unified diff of two texts, as `diff -u` prints it.

#include <string>
#include <string_view>

namespace gradsmith {

/// Empty where the texts are equal. The names head the diff as `--- before_name`, `+++ after_name`.
/// Shortest edit scripts by E. W. Myers, "An O(ND) difference algorithm and its variations" (1986);
/// texts that differ in more than a thousand lines are shown as one replacement of what lies
/// between their common beginning and end.
std::string unified_diff(std::string_view before, std::string_view after,
                         const std::string& before_name, const std::string& after_name);

}  // namespace gradsmith
