#pragma once

// Times the primal and the contestants of a case with Google Benchmark, in turns, so that what
// disturbs the machine disturbs all of them.

#include <string>
#include <vector>

#include "contest.hpp"

namespace gradsmith {

struct Timing {
  std::string contestant;
  double nanoseconds;  // for one call: the least of all repetitions
};

// Sets Google Benchmark up; arguments are as its programs take them.
void prepare_timing(std::vector<std::string> arguments);

// The primal first, then the contestants in their order.
std::vector<Timing> time_case(const Case& a_case);

}  // namespace gradsmith
