// Loops that change an array in place, element by element, are arrays of new elements.

#include "passes/raise_loops.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "ir/evaluate.hpp"
#include "ir/parse.hpp"
#include "ir/verify.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith::test {
namespace {

const std::string kIndex = "(Bound 1 0 index)";
const std::string kState = "(Bound 1 1 (f64 5i))";

std::string element(const std::string& index) { return "(At " + kState + " " + index + ")"; }

/// Whether a loop that sets `place` of x to `value` in each trip is a loop no longer.
bool is_raised(const std::string& place, const std::string& value,
               const std::string& range = "(0i 5i 1i)") {
  Function f;
  f.name = "f";
  const std::string write = "(Write 2 (0i 1i 1i) " + kState + " " + value + " " + place + ")";
  f.outputs.push_back({"a",
                       {Step{}},
                       parse_sexpr(f.graph, "(graph (Final 0 (Fold 1 " + range +
                                                " ((Input \"x[]\" (f64 5i))) (" + write + "))))")});
  const Function after = raise_loops(f);
  CHECK(violations(after.graph).empty());
  const Environment at = {{"x[]", Value::vector({0.5, -2, 1.25, 3, 0.125})}};
  CHECK(evaluate<double>(after.graph, after.outputs[0].value, at).numbers ==
        evaluate<double>(f.graph, f.outputs[0].value, at).numbers);
  return after.graph.op(after.outputs[0].value) == Op::Map;
}

/// What the sum of `term` is, beside elements that are set to `value`, in a loop over all of x.
Op sum_beside(const std::string& value, const std::string& term) {
  Function f;
  f.name = "f";
  const std::string write = "(Write 2 (0i 1i 1i) " + kState + " " + value + " " + kIndex + ")";
  const std::string fold = "(Fold 1 (0i 5i 1i) ((Input \"x[]\" (f64 5i)) 0) (" + write +
                           " (Add (Bound 1 2 f64) " + term + ")))";
  const std::string both = "(Add (Final 1 " + fold + ") (At (Final 0 " + fold + ") 3i))";
  f.outputs.push_back({"", {}, parse_sexpr(f.graph, "(graph " + both + ")")});
  const Function after = raise_loops(f);
  CHECK(violations(after.graph).empty());
  const Environment at = {{"x[]", Value::vector({0.5, -2, 1.25, 3, 0.125})}};
  CHECK(evaluate<double>(after.graph, after.outputs[0].value, at).numbers ==
        evaluate<double>(f.graph, f.outputs[0].value, at).numbers);
  return after.graph.op(after.graph.operand(after.outputs[0].value, 0));
}

}  // namespace

TEST_CASE("a sum of elements that are made of themselves is none of the loop that makes them") {
  const std::string made = "(Exp " + element(kIndex) + ")";
  CHECK(sum_beside(made, made) == Op::Reduce);
  CHECK(sum_beside(made, "(Mul " + made + " " + element(kIndex) + ")") == Op::Reduce);
  // It needs an element that the trip before has made.
  CHECK(sum_beside(made, element("(Max (Sub " + kIndex + " 1i) 0i)")) == Op::Final);
}

TEST_CASE("elements that are made of themselves are new elements of an array") {
  CHECK(is_raised(kIndex, "(Exp " + element(kIndex) + ")"));
  CHECK(is_raised(kIndex, "(Mul " + element(kIndex) + " (Sin " + element(kIndex) + "))"));
}

TEST_CASE("elements that are made of others, and parts of arrays, stay in their loop") {
  CHECK_FALSE(is_raised(kIndex, "(Exp " + element("(Max (Sub " + kIndex + " 1i) 0i)") + ")"));
  CHECK_FALSE(is_raised(kIndex, "(Mul " + element(kIndex) + " " + element("0i") + ")"));
  CHECK_FALSE(is_raised(kIndex, "(Exp " + element(kIndex) + ")", "(1i 5i 1i)"));
  CHECK_FALSE(is_raised("(Quotient " + kIndex + " 2i)",
                        "(Exp " + element("(Quotient " + kIndex + " 2i)") + ")"));
}

}  // namespace gradsmith::test
