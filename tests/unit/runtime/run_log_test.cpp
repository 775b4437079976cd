#include "runtime/run_log.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "runtime/files.hpp"

using namespace gradsmith::runtime;

namespace {

std::size_t lines_in(const std::filesystem::path& file) {
  const std::string text = read_whole(file);
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

EpochReport epoch(int number) { return {number, 0.5, 0, 0.1, 1}; }

}  // namespace

TEST_CASE("after a flush the log's file holds every epoch") {
  const auto file = std::filesystem::path(GRADSMITH_TEST_SCRATCH_DIR) / "flushed.jsonl";
  RunLog log(file);
  for (int k = 1; k <= 20; ++k) log.epoch(epoch(k), 1);
  log.flush();
  CHECK(lines_in(file) == 20);
}

TEST_CASE("a log that goes on from a state has no epoch after it") {
  const auto file = std::filesystem::path(GRADSMITH_TEST_SCRATCH_DIR) / "on.jsonl";
  {
    RunLog log(file);
    for (std::size_t run = 1; run <= 3; ++run) {
      for (int k = 1; k <= 4; ++k) log.epoch(epoch(k), run);
    }
    log.finish();
  }
  FitState state;
  state.epoch = 3;
  state.earlier.losses = {0.5};
  RunLog log(file, state);
  log.finish();
  CHECK(lines_in(file) == 7);  // the first run, and three epochs of the second
}
