#include "support/refusal.hpp"

#include <catch2/catch.hpp>

using gradsmith::Refusal;
using gradsmith::SourceLocation;

TEST_CASE("a refusal carries its code, reason, way out and place") {
  const Refusal r("gs-unbounded-loop", "this loop has no bound", "write a for loop", {0, 3, 14});
  CHECK(r.code() == "gs-unbounded-loop");
  CHECK(r.reason() == "this loop has no bound");
  CHECK(r.way_out() == "write a for loop");
  CHECK(r.where().line == 14);
  CHECK_THAT(r.what(), Catch::Contains("this loop has no bound"));
}

TEST_CASE("places compare in source order, and line 0 means none") {
  CHECK_FALSE(SourceLocation{}.known());
  CHECK(SourceLocation{0, 1, 2}.known());
  CHECK(SourceLocation{0, 9, 2} < SourceLocation{0, 1, 3});
  CHECK(SourceLocation{0, 1, 3} < SourceLocation{0, 2, 3});
}
