#include "runtime/schedule.hpp"

#include <catch2/catch.hpp>

using namespace gradsmith::runtime;

namespace {

Rate rate(const std::string& text, int epochs = 100) {
  return {*parse_schedule(text), 2.5, epochs};
}

}  // namespace

TEST_CASE("a step schedule changes the rate every so many epochs") {
  const Rate r = rate("step:100:0.5");
  CHECK(r.in_epoch(99) == 2.5);
  CHECK(r.in_epoch(100) == 1.25);
  CHECK(r.in_epoch(200) == 0.625);
}

TEST_CASE("a cosine goes from the rate to its end") {
  const Rate r = rate("cosine:0.2");
  CHECK(r.in_epoch(0) == 2.5);
  CHECK(r.in_epoch(50) == Approx(2.5 * 0.6));
  CHECK(r.in_epoch(100) == Approx(0.5));
}

TEST_CASE("a plateau lowers the rate after epochs without a smaller loss") {
  Rate r = rate("plateau:2:0.1");
  for (const double loss : {3.0, 2.0, 2.5}) r.heard(loss);
  CHECK(r.in_epoch(3) == 2.5);
  r.heard(2.0);
  CHECK(r.in_epoch(4) == 0.25);
}

TEST_CASE("warm-up rises evenly, then the schedule begins") {
  const Rate r = rate("warmup:4+constant");
  CHECK(r.in_epoch(0) == 0.5);
  CHECK(r.in_epoch(3) == 2.0);
  CHECK(r.in_epoch(4) == 2.5);
}

TEST_CASE("what is no schedule is not understood") {
  for (const char* text : {"", "step", "step:0:0.5", "step:3:-1", "step:3:0.5:1", "cosine:x",
                           "warmup:0+constant", "warmup:3", "linear"}) {
    INFO(text);
    CHECK(!parse_schedule(text));
  }
}
