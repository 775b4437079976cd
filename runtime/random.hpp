#pragma once

#include <array>
#include <cstdint>

namespace gradsmith::runtime {

// Random numbers that are the same on every machine: xoshiro256++ seeded by splitmix64, with
// distributions of its own, because the standard library leaves its distributions open.
// Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators".
class Random {
 public:
  explicit Random(std::uint64_t seed);

  // What the next numbers depend on: to go on from later.
  struct State {
    std::array<std::uint64_t, 4> words{};
    double spare = 0;
    bool has_spare = false;
  };
  explicit Random(const State& state)
      : state_(state.words), spare_(state.spare), has_spare_(state.has_spare) {}
  State state() const { return {state_, spare_, has_spare_}; }

  std::uint64_t bits();

  // Uniform in [low, high), from 53 random bits.
  double uniform(double low, double high);

  // Normal with mean 0 and variance 1, by Marsaglia's polar method, which needs no sine.
  double standard_normal();

 private:
  std::array<std::uint64_t, 4> state_;
  double spare_ = 0;
  bool has_spare_ = false;
};

}  // namespace gradsmith::runtime
