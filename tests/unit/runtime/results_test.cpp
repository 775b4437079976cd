#include "runtime/results.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "runtime/progress.hpp"
#include "runtime/run_log.hpp"

using namespace gradsmith::runtime;

namespace {

Feature numbers(std::size_t width, std::vector<double> values) {
  return {"y", width, false, false, {values.begin(), values.end()}, {}};
}

}  // namespace

TEST_CASE("the largest of several scores is the class, compared with an integer or a one-hot row") {
  const std::vector<double> scores = {3, 1, 2, 0, 5, 4, 9, 8, 7};
  const Feature label{"label", 1, false, true, {}, {0, 2, 0}};
  const Score s = score(scores, 3, &label, 3);
  CHECK(s.kind == Score::Kind::Classes);
  CHECK(s.accuracy == Approx(2.0 / 3));
  CHECK(s.confusion[2][1] == 1);
  CHECK(s.confusion[0][0] == 2);
  const Feature one_hot = numbers(3, {1, 0, 0, 0, 0, 1, 1, 0, 0});
  CHECK(score(scores, 3, &one_hot, 3).confusion == s.confusion);
}

TEST_CASE("a probability above one half means 1; other numbers are compared as they are") {
  const Feature label = numbers(1, {1, 0, 1});
  CHECK(score({0.9, 0.1, 0.4}, 1, &label, 3).accuracy == Approx(2.0 / 3));
  const Score s = score({2, 0, 1}, 1, &label, 3);
  CHECK(s.kind == Score::Kind::Regression);
  CHECK(s.mean_squared_error == Approx(1.0 / 3));
}

TEST_CASE("without a target, or with another width, there is no score") {
  CHECK(score({1}, 1, nullptr, 1).kind == Score::Kind::None);
  const Feature label = numbers(1, {0.5});
  CHECK(score({1, 2}, 2, &label, 1).kind == Score::Kind::None);
}

TEST_CASE("several numbers that are not one-hot in every row are no classes") {
  const std::vector<double> predictions = {1.5, 2.5, 3, 1};
  const Feature target = numbers(2, {1.5, 2.5, 2, 1});
  const Score s = score(predictions, 2, &target, 2);
  CHECK(s.kind == Score::Kind::Regression);
  CHECK(s.mean_squared_error == Approx(0.25));
  const Feature both = numbers(2, {0, 1, 1, 1});
  CHECK(score(predictions, 2, &both, 2).kind == Score::Kind::Regression);
}

TEST_CASE("a log line is JSON, and what is not finite is null") {
  CHECK(log_line({3, 0.5, std::nan(""), 0.1, 1000}, 1) ==
        "{\"run\": 1, \"epoch\": 3, \"loss\": 0.5, \"validation\": null, \"rate\": "
        "0.10000000000000001, \"samples_per_second\": 1000}\n");
}
