#pragma once

// Times the primal and the contestants of a case.

#include <vector>

#include "contest.hpp"
#include "turns.hpp"

namespace gradsmith {

// The primal first, then the contestants in their order.
std::vector<Timing> time_case(const Case& a_case);

}  // namespace gradsmith
