// Sums of what loops store leave those loops, and keep their values.

#include "passes/sum_stored.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "ir/evaluate.hpp"
#include "ir/parse.hpp"
#include "ir/verify.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith::test {
namespace {

const std::string kIndex = "(Bound 1 0 index)";
const std::string kTerm = "(Exp (At (Input \"x[]\" (f64 5i)) " + kIndex + "))";
const std::string kState = "(Bound 1 1 f64)";

/// A loop that goes through x backwards, and what it had in each trip, multiplied by its sum.
std::string program(const std::string& next, const std::string& stored) {
  const std::string fold = "(Fold 1 (4i -1i -1i) (0.5) (" + next + "))";
  return "(Map 1 5i (Mul (Final 0 " + fold + ") (At (Trace 1 " + fold + " " + stored + ") " +
         kIndex + ")))";
}

/// Whether the pass makes a sum of its own; checks that it keeps the values.
bool leaves(const std::string& next, const std::string& stored,
            FpPolicy policy = FpPolicy::Finite) {
  Function f;
  f.name = "f";
  f.policy = policy;
  f.outputs.push_back({"", {}, parse_sexpr(f.graph, "(graph " + program(next, stored) + ")")});
  const Function after = sum_stored(f);
  CHECK(violations(after.graph).empty());
  const Environment at = {{"x[]", Value::vector({0.5, -2, 1.25, 3, 0.125})}};
  CHECK(evaluate<double>(after.graph, after.outputs[0].value, at).numbers ==
        evaluate<double>(f.graph, f.outputs[0].value, at).numbers);
  return std::ranges::any_of(reachable(after.graph, roots_of(after)),
                             [&](NodeId id) { return after.graph.op(id) == Op::Reduce; });
}

}  // namespace

TEST_CASE("the sum of calls that a loop stores is a loop over what is stored") {
  CHECK(leaves("(Add " + kState + " " + kTerm + ")", kTerm));
  CHECK(leaves("(Add " + kTerm + " " + kState + ")", kTerm));
  CHECK_FALSE(leaves("(Add " + kState + " " + kTerm + ")", kTerm, FpPolicy::Strict));
}

TEST_CASE("sums of what is not stored, or cheap, or asked for in a trip, stay where they are") {
  CHECK_FALSE(leaves("(Add " + kState + " (Mul 2 " + kTerm + "))", kTerm));
  const std::string cheap = "(At (Input \"x[]\" (f64 5i)) " + kIndex + ")";
  CHECK_FALSE(leaves("(Add " + kState + " " + cheap + ")", cheap));
  CHECK_FALSE(leaves("(Sub " + kState + " " + kTerm + ")", kTerm));
  const std::string own = "(Exp (Mul " + kState + " -0.125))";
  CHECK_FALSE(leaves("(Add " + kState + " " + own + ")", own));
}

}  // namespace gradsmith::test
