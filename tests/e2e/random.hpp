#pragma once

// Choices from a seed: the same on every machine and with every library.

#include <cstdint>
#include <string>
#include <vector>

namespace e2e {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 0x2545f4914f6cdd1du + 0x632be59bd9b4e019u) {}

  std::uint64_t next() {  // SplitMix64
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  int below(int n) { return static_cast<int>(next() % static_cast<std::uint64_t>(n)); }
  int between(int low, int high) { return low + below(high - low + 1); }
  /// True in `percent` of a hundred cases.
  bool chance(int percent) { return below(100) < percent; }

  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[static_cast<std::size_t>(below(static_cast<int>(from.size())))];
  }
  std::string pick(std::initializer_list<const char*> from) {
    return from.begin()[below(static_cast<int>(from.size()))];
  }

 private:
  std::uint64_t state_;
};

}  // namespace e2e
