#include "runtime/survey.hpp"

#include <catch2/catch.hpp>

using namespace gradsmith::runtime;

namespace {

Training with_loss(double loss) {
  Training training;
  training.losses = {{loss}};
  return training;
}

}  // namespace

TEST_CASE("a range of seeds is two numbers in order around a colon") {
  const auto range = parse_seed_range("1:2000");
  REQUIRE(range.has_value());
  REQUIRE(range->first == 1);
  REQUIRE(range->last == 2000);
  for (const std::string text : {"", "5", "1:", ":2", "2:1", "1:2x", "-1:2", "a:b", "1 : 2"}) {
    INFO(text);
    REQUIRE_FALSE(parse_seed_range(text).has_value());
  }
}

TEST_CASE("a survey trains once from every seed and counts those that converged") {
  int runs = 0;
  const Survey survey =
      survey_seeds({3, 6}, [&](Random&) { return with_loss(++runs == 2 ? 1.0 : 0.01); });
  REQUIRE(runs == 4);
  REQUIRE(survey.runs == 4);
  REQUIRE(survey.converged == 3);
  REQUIRE(survey.fraction() == 0.75);
}

TEST_CASE("restarts end with the first run that converges, or when they are used up") {
  int runs = 0;
  const TrainFrom third_converges = [&](Random&) { return with_loss(++runs == 3 ? 0.01 : 1.0); };
  Random random(1);
  const Restarted found = train_with_restarts(random, 5, third_converges);
  REQUIRE(found.attempts == 3);
  REQUIRE(found.training.converged());

  runs = 0;
  const Restarted given_up = train_with_restarts(random, 1, third_converges);
  REQUIRE(given_up.attempts == 2);
  REQUIRE_FALSE(given_up.training.converged());
}
