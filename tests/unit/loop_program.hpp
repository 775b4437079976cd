#pragma once

// A program with loops as a graph, and the same program as plain C++ loops.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "ir/evaluate.hpp"
#include "unit/loop_builder.hpp"

namespace gradsmith::test {

/// Its output is a scalar.
struct LoopProgram {
  std::string name;
  Graph graph;
  NodeId output = kNoNode;
  std::vector<std::string> wrt;  ///< the inputs to differentiate with respect to
  Environment inputs;
  std::function<long double(const Environment&)> reference;
};

/// Numbers in [-1, 1), the same on every machine.
class LoopNumbers {
 public:
  explicit LoopNumbers(std::uint64_t seed) : state_(seed * 2 + 1) {}
  double next() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(state_ >> 11) * 0x1p-52 - 1;
  }
  std::vector<long double> list(std::size_t n, double scale = 1) {
    std::vector<long double> numbers;
    for (std::size_t i = 0; i < n; ++i) numbers.push_back(static_cast<long double>(scale * next()));
    return numbers;
  }

 private:
  std::uint64_t state_;
};

}  // namespace gradsmith::test
