#pragma once

// Times functions with Google Benchmark in one process and in turns, so that what disturbs the
// machine disturbs all of them.

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace benchmark {
class State;
}

namespace gradsmith {

struct Timing {
  std::string contestant;
  double nanoseconds;  // for one iteration: the least of all repetitions
};

// Sets Google Benchmark up; arguments are as its programs take them.
void prepare_timing(std::vector<std::string> arguments);

// Each function runs the iterations that the State asks for.
using Timed = std::pair<std::string, std::function<void(benchmark::State&)>>;
std::vector<Timing> time_in_turns(const std::vector<Timed>& functions);

}  // namespace gradsmith
