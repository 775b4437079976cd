#include "runtime/random.hpp"

#include <bit>
#include <cmath>

namespace gradsmith::runtime {

namespace {

std::uint64_t splitmix(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15U;
  std::uint64_t z = state;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

}  // namespace

Random::Random(std::uint64_t seed) : state_{} {
  for (std::uint64_t& word : state_) word = splitmix(seed);
}

std::uint64_t Random::bits() {
  const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
  const std::uint64_t shifted = state_[1] << 17U;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Random::uniform(double low, double high) {
  const double unit = static_cast<double>(bits() >> 11U) * 0x1p-53;
  return low + (high - low) * unit;
}

double Random::standard_normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  while (true) {
    const double a = uniform(-1, 1);
    const double b = uniform(-1, 1);
    const double r2 = a * a + b * b;
    if (r2 >= 1 || r2 == 0) continue;
    const double scale = std::sqrt(-2 * std::log(r2) / r2);
    spare_ = b * scale;
    has_spare_ = true;
    return a * scale;
  }
}

}  // namespace gradsmith::runtime
