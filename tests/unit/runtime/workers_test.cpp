#include "runtime/workers.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <vector>

using gradsmith::runtime::Workers;

TEST_CASE("each part is worked on once, by whatever number of threads") {
  for (const std::size_t threads : {1, 2, 5}) {
    Workers workers(threads);
    CHECK(workers.threads() == threads);
    for (int round = 0; round < 100; ++round) {
      std::vector<std::atomic<int>> done(17);
      workers.run(done.size(), [&](std::size_t part, std::size_t thread) {
        if (thread < threads) ++done[part];
      });
      for (const std::atomic<int>& times : done) REQUIRE(times == 1);
    }
  }
}

TEST_CASE("what a part throws is thrown where the work was asked for") {
  Workers workers(3);
  const auto fail = [](std::size_t part, std::size_t) {
    if (part == 4) throw std::runtime_error("part 4");
  };
  CHECK_THROWS_WITH(workers.run(8, fail), "part 4");
  int again = 0;
  workers.run(1, [&](std::size_t, std::size_t) { ++again; });
  CHECK(again == 1);
}
