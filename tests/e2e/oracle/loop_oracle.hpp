#pragma once

// The same functions compiled under the oracle's numbers.

#include "oracle/loop_case.hpp"
#include "oracle/tracked.hpp"

namespace oracle {

using LoopReal = Tracked<double, Dual<Dual<Num>>>;

struct LoopOracle {
  const char* name;
  void (*run)(Arguments<LoopReal>&);
};

extern const LoopOracle loop_oracles[];
extern const std::size_t loop_oracle_count;

}  // namespace oracle
