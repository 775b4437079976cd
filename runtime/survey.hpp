#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "runtime/random.hpp"
#include "runtime/trainer.hpp"

namespace gradsmith::runtime {

// Both ends belong to the range.
struct SeedRange {
  std::uint64_t first = 1;
  std::uint64_t last = 1;
};

// "1:2000"; nothing where the text is not a range.
std::optional<SeedRange> parse_seed_range(const std::string& text);

using TrainFrom = std::function<Training(Random&)>;

struct Survey {
  int runs = 0;
  int converged = 0;

  double fraction() const;
};

// Trains once from each seed and counts.
Survey survey_seeds(const SeedRange& seeds, const TrainFrom& train);

// Trains, and again up to `restarts` more times until one converges; the random numbers go on from
// run to run. `attempts` is how many it took; the last run is returned.
struct Restarted {
  Training training;
  int attempts = 0;
};
Restarted train_with_restarts(Random& random, int restarts, const TrainFrom& train);

}  // namespace gradsmith::runtime
