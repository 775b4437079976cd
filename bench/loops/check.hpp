#pragma once

// Whether the contestants of a case compute the same, and the right, numbers.

#include <iosfwd>

#include "contest.hpp"

namespace gradsmith::bench {

// Runs every contestant once; says on the stream what does not agree.
bool agree(const Case& a_case, std::ostream& stream);

}  // namespace gradsmith::bench
