#include "passes/multiply_out.hpp"

#include <catch2/catch.hpp>

#include "ir/verify.hpp"
#include "passes/cost.hpp"
#include "random_functions.hpp"
#include "sketch.hpp"

namespace gradsmith::test {

TEST_CASE("a constant goes into a sum beside what its terms cost already, whatever the sign") {
  Sketch s;
  const auto shown = s.after(multiply_out, {202 - 400 * (s.x - 3 * (s.y * s.y)), -400 * s.x});
  CHECK(shown[0] == "(202 + ((-400 * x) + (1200 * (y * y))))");
  CHECK(shown[1] == "(-400 * x)");
}

TEST_CASE("a sum of a constant and a constant multiple takes its factor in") {
  Sketch s;
  CHECK(s.after(multiply_out, {3 * (2 * s.x + 5)})[0] == "((6 * x) + 15)");
}

TEST_CASE("nothing goes inside where that costs another product") {
  Sketch s;
  CHECK(s.after(multiply_out, {3 * (2 * s.x + s.y)})[0] == "(3 * ((2 * x) + y))");
  const Expr shared = 2 * s.x;
  CHECK(s.after(multiply_out, {3 * (shared + 5), sin(shared)})[0] == "(3 * ((2 * x) + 5))");
  const Expr sum = 2 * s.x + 5;
  CHECK(s.after(multiply_out, {3 * sum, sin(sum)})[0] == "(3 * ((2 * x) + 5))");
}

TEST_CASE("no constant leaves the normal numbers on the way") {
  Sketch s;
  CHECK(s.after(multiply_out, {1e300 * (1e300 * s.x + 5)})[0] == "(1e+300 * ((1e+300 * x) + 5))");
}

TEST_CASE("multiplying out random functions keeps their values") {
  for (const Menu& menu : {smooth_menu, algebra_menu}) {
    Random random(31);
    int compared = 0;
    int changed = 0;
    for (int trial = 0; trial < 1500; ++trial) {
      Function f =
          random_function(random, menu, Element::F64, 12 + static_cast<int>(random() % 30));
      f.value_outputs = 0;
      // Sums with constant factors, and the products that may meet them.
      const NodeId root = f.outputs[0].value;
      for (NodeId id : reachable(f.graph, output_values(f))) {
        if (f.graph.op(id) != Op::Add && f.graph.op(id) != Op::Sub) continue;
        if (f.graph.element(id) != Element::F64) continue;
        const Expr sum{&f.graph, id};
        const Expr part{&f.graph, f.graph.operand(id, 0)};
        const Expr more = Expr{&f.graph, root} + 4 * (sum + 3 * part) - -4 * part;
        f.outputs.push_back({"", {}, more.id});
        f.outputs.push_back({"", {}, (-4 * sum).id});
      }
      f = simplify(std::move(f));
      const Function after = multiply_out(f);
      CHECK(violations(after.graph).empty());
      changed += counted_cost(after) < counted_cost(f) ? 1 : 0;
      compared += check_kept(f, after, random);
    }
    CHECK(compared > 2000);
    CHECK(changed > 100);
  }
}

}  // namespace gradsmith::test
