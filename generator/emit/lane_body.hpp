#pragma once

// A loop's body with eight numbers in the place of each that differs from trip to trip.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "emit/block.hpp"

namespace gradsmith {

struct LaneBody {
  Block body;
  struct Sum {
    std::string scalar;  ///< what the loop adds up
    std::string lanes;   ///< where the body adds up eight parts of it
  };
  std::vector<Sum> sums;
  std::set<Op> functions;  ///< called on eight numbers
};

/// The body of a loop that allows it; run_in_lanes (emit/lane_loops.hpp) says which do. `taken`:
/// names that are in use, to which those of the sums are added.
std::optional<LaneBody> body_in_lanes(const Loop& loop, std::set<std::string>& taken);

}  // namespace gradsmith
