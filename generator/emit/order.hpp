#pragma once

// The order of statements: depth first by need, in the order of the outputs and of operands, so
// that values stand near their first use. Calls of the C library that do not need each other stand
// together, after all that they need: a call costs everything that is in registers, and between
// calls compilers find more to vectorise. Sine and cosine of one argument are neighbours.

#include <vector>

#include "emit/forms.hpp"

namespace gradsmith {

/// A statement to be: the definition of an instance, or the `if` of a group.
struct Unit {
  InstanceId instance = kNowhere;
  GroupId group = kNowhere;
};

/// The statements of each region, by RegionId. Linear, and not recursive.
std::vector<std::vector<Unit>> order_statements(const Placement& placement, const Forms& forms);

}  // namespace gradsmith
