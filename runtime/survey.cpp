#include "runtime/survey.hpp"

#include <charconv>

namespace gradsmith::runtime {

std::optional<SeedRange> parse_seed_range(const std::string& text) {
  SeedRange range;
  const char* end = text.data() + text.size();
  const auto [colon, first_error] = std::from_chars(text.data(), end, range.first);
  if (first_error != std::errc() || colon == end || *colon != ':') return std::nullopt;
  const auto [stop, last_error] = std::from_chars(colon + 1, end, range.last);
  if (last_error != std::errc() || stop != end || range.last < range.first) return std::nullopt;
  return range;
}

double Survey::fraction() const {
  return runs == 0 ? 0.0 : static_cast<double>(converged) / static_cast<double>(runs);
}

Survey survey_seeds(const SeedRange& seeds, const TrainFrom& train) {
  Survey survey;
  for (std::uint64_t seed = seeds.first;; ++seed) {
    Random random(seed);
    ++survey.runs;
    if (train(random).converged()) ++survey.converged;
    if (seed == seeds.last) return survey;
  }
}

Restarted train_with_restarts(Random& random, int restarts, const TrainFrom& train) {
  Restarted result;
  do {
    result.training = train(random);
    ++result.attempts;
  } while (!result.training.converged() && result.attempts <= restarts);
  return result;
}

}  // namespace gradsmith::runtime
