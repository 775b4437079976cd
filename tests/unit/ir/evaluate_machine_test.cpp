#include "ir/evaluate_machine.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "ir/print.hpp"
#include "ir/verify.hpp"
#include "unit/naive_evaluate.hpp"
#include "unit/random_expressions.hpp"

using namespace gradsmith;
using namespace gradsmith::test;

TEST_CASE("random loop programs have the value that a plain recursive reading gives") {
  int loops = 0;
  int finite = 0;
  for (unsigned seed = 0; seed < 2000; ++seed) {
    Graph g;
    RandomExpressions random(g, seed, true);
    const Element kinds[] = {Element::F64, Element::F64, Element::F32, Element::Index,
                             Element::Bool};
    const NodeId id = random.number(kinds[seed % 5], 3 + static_cast<int>(seed % 3));
    const Environment inputs = random.inputs();
    const Value expected = NaiveEvaluator(g, inputs)(id, {});
    const Value got = evaluate<double>(g, id, inputs);
    if (!same_value(got, expected)) {
      INFO("seed " << seed << ": " << to_infix(g, id));
      CHECK(got.numbers == expected.numbers);
    }
    for (NodeId k : reachable(g, std::span(&id, 1))) loops += is_binder(g.op(k)) ? 1 : 0;
    finite += std::isfinite(got.number()) ? 1 : 0;
  }
  // The test is about something: there are loops, and most values are numbers.
  CHECK(loops > 2000);
  CHECK(finite > 1000);
}
