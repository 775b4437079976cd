// Random programs that change arrays in place: what is emitted for them computes what the spec and
// the oracle compute, and touches nothing outside the arrays and the workspace.
//
// By hand, for long hunts:
//   GRADSMITH_E2E_FIRST_SEED=1000 GRADSMITH_E2E_SEEDS=5000 e2e "[hunt_sweeps]"

#include "random_sweeps.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "loop_comparison.hpp"
#include "loop_survey.hpp"
#include "process.hpp"
#include "random_loops.hpp"

namespace {

using namespace e2e;

std::vector<LoopFunction> sweeps(int first, int count) {
  std::vector<LoopFunction> found;
  for (int seed = first; seed < first + count; ++seed) {
    found.push_back(random_sweeps(static_cast<std::uint64_t>(seed)));
    found.back().keep_loops = seed % 4 < 2;
  }
  return found;
}

}  // namespace

TEST_CASE("random programs that change arrays in place have the oracle's derivatives") {
  LoopSurvey survey;
  compare_programs(sweeps(100, 24), "random_sweeps", false, survey);
  report(survey, 90);
}

TEST_CASE(
    "a step that stands in two branches, both taken in some trip, has the oracle's derivatives") {
  LoopSurvey survey;
  compare_programs(sweeps(464, 1), "random_sweeps_464", false, survey);
  report(survey, 100);
}

TEST_CASE("a hunt over many random programs that change arrays in place", "[.][hunt_sweeps]") {
  const int first = number_from("GRADSMITH_E2E_FIRST_SEED", 100000);
  const int seeds = number_from("GRADSMITH_E2E_SEEDS", 400);
  const int per_batch = number_from("GRADSMITH_E2E_BATCH", 40);
  LoopSurvey survey;
  for (int seed = first; seed < first + seeds; seed += per_batch) {
    compare_programs(sweeps(seed, std::min(per_batch, first + seeds - seed)),
                     fmt::format("hunt_sweeps_{}", seed),
                     number_from("GRADSMITH_E2E_QUICK", 0) != 0, survey);
  }
  report(survey, 60);
}
