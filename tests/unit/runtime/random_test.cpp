#include "runtime/random.hpp"

#include <catch2/catch.hpp>

using gradsmith::runtime::Random;

TEST_CASE("equal seeds give equal numbers, other seeds others") {
  Random a(7);
  Random b(7);
  Random c(8);
  REQUIRE(a.bits() == b.bits());
  REQUIRE(a.bits() != c.bits());
}

TEST_CASE("the first numbers of seed 0 are those of xoshiro256++ seeded by splitmix64") {
  Random random(0);
  REQUIRE(random.bits() == 0x53175d61490b23dfU);
  REQUIRE(random.bits() == 0x61da6f3dc380d507U);
}

TEST_CASE("uniform numbers fill their interval evenly") {
  Random random(1);
  double sum = 0;
  const int count = 20000;
  for (int i = 0; i < count; ++i) {
    const double x = random.uniform(-1, 3);
    REQUIRE(x >= -1);
    REQUIRE(x < 3);
    sum += x;
  }
  REQUIRE(sum / count == Approx(1).margin(0.03));
}

TEST_CASE("standard normal numbers have mean 0 and variance 1") {
  Random random(1);
  double sum = 0;
  double squares = 0;
  const int count = 20000;
  for (int i = 0; i < count; ++i) {
    const double x = random.standard_normal();
    sum += x;
    squares += x * x;
  }
  REQUIRE(sum / count == Approx(0).margin(0.03));
  REQUIRE(squares / count == Approx(1).margin(0.04));
}
