#include "runtime/progress.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>
#include <thread>

using namespace gradsmith::runtime;

TEST_CASE(
    "a line of progress fits into the columns that there are, what matters least goes first") {
  const EpochReport report{70, 0.0120858123, 0.0288568123, 0.1, 742000};
  const std::string full =
      "epoch 70/1000  loss 0.0120858  validation 0.0288568  rate 0.1  7.42e+05 samples/s  12 s "
      "left";
  const std::string terse = "70/1000  loss 0.01209  val 0.02886  rate 0.1  7.42e+05/s  12 s left";
  CHECK(progress_line(report, 1000, 12) == full);
  CHECK(progress_line(report, 1000, 12, full.size()) == full);
  CHECK(progress_line(report, 1000, 12, 79) == terse);
  CHECK(progress_line(report, 1000, 12, terse.size() - 1) == terse.substr(0, terse.rfind("  ")));
  CHECK(progress_line(report, 1000, 12, 23) == "70/1000  loss 0.01209");
  for (std::size_t columns = 0; columns < 100; ++columns) {
    CHECK(progress_line(report, 1000, 12, columns).size() <= columns);
  }
}

TEST_CASE("what there is not has no place in a line of progress") {
  const EpochReport report{3, 0.5, std::nan(""), 0.1, 100};
  CHECK(progress_line(report, 10, 0) == "epoch 3/10  loss 0.5  rate 0.1  100 samples/s");
}

TEST_CASE("of several runs the line says which, also in few columns") {
  const EpochReport report{3, 0.5, std::nan(""), 0.1, 100};
  CHECK(progress_line(report, 10, 0, 200, "run 2/6") ==
        "run 2/6  epoch 3/10  loss 0.5  rate 0.1  100 samples/s");
  CHECK(progress_line(report, 10, 0, 23, "run 2/6") == "run 2/6  3/10  loss 0.5");
}

TEST_CASE("the time that is left is by the epochs of the run, not by those of runs before") {
  std::FILE* nowhere = std::fopen("/dev/null", "w");
  REQUIRE(nowhere);
  {
    Progress progress(nowhere, 10, 2);
    const auto wait = [] { std::this_thread::sleep_for(std::chrono::milliseconds(40)); };
    for (int epoch = 1; epoch <= 10; ++epoch) {
      wait();
      progress.epoch({epoch, 0.5, std::nan(""), 0.1, 100}, 1);
    }
    CHECK(progress.seconds_left() == 0);
    progress.epoch({1, 0.5, std::nan(""), 0.1, 100}, 2);
    // Nine epochs like the first, which took no time; together with the first run's 0.4 s they
    // would be 3.6 s.
    CHECK(progress.seconds_left() < 1);
    wait();
    progress.epoch({2, 0.5, std::nan(""), 0.1, 100}, 2);
    CHECK(progress.seconds_left() >= 0.16);
  }
  std::fclose(nowhere);
}
