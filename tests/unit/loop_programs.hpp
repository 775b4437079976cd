#pragma once

// Small programs with loops from the fields that gradsmith serves, as graphs of scalar result, each
// with inputs and the same program as plain C++ loops.

#include <vector>

#include "unit/array_programs.hpp"
#include "unit/learning_programs.hpp"

namespace gradsmith::test {

inline std::vector<LoopProgram> loop_programs() {
  std::vector<LoopProgram> all;
  all.push_back(gaussian_mixture());
  all.push_back(recurrent_network());
  all.push_back(two_state_network());
  all.push_back(gather());
  all.push_back(heat_jacobi());
  all.push_back(in_place());
  all.push_back(nearest_centre());
  all.push_back(triangle_of_branches());
  all.push_back(traced_iteration());
  all.push_back(rows_of_run_time_length());
  return all;
}

}  // namespace gradsmith::test
