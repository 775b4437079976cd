#pragma once

// Numbers that look random and are the same everywhere: the points at which contestants meet.

#include <cstdint>

namespace gradsmith {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15u + 1) {}

  // Uniform in [low, high), by Knuth's linear congruence.
  double uniform(double low, double high) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return low + (high - low) * (static_cast<double>(state_ >> 11) * 0x1p-53);
  }

 private:
  std::uint64_t state_;
};

}  // namespace gradsmith
