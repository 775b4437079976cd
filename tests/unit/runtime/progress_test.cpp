#include "runtime/progress.hpp"

#include <catch2/catch.hpp>
#include <cmath>

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
