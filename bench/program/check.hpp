#pragma once

// Before anything is timed, every contestant must give the same numbers at every point.

#include <iosfwd>

#include "contest.hpp"

namespace gradsmith {

// Compares the primal and every contestant with the reference, and says on stream what differs.
// Whether all agree.
bool agree(const Case& a_case, std::ostream& stream);

}  // namespace gradsmith
