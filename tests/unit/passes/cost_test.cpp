#include "passes/cost.hpp"

#include <catch2/catch.hpp>

#include "sketch.hpp"

namespace gradsmith::test {

TEST_CASE("a function costs what its outputs need, each node once") {
  Sketch s;
  const Expr product = s.x * s.y;
  s.output(sin(product) / product);
  s.output(product + s.z);
  [[maybe_unused]] const Expr unused = exp(s.x);
  CHECK(counted_cost(s.f) == 1 + 20 + 5 + 1);
}

}  // namespace gradsmith::test
