// Arrays that one loop reads element by element are not kept; the others are, and values keep their
// bits.

#include "passes/inline_elements.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "ir/evaluate.hpp"
#include "ir/parse.hpp"
#include "ir/verify.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith::test {
namespace {

const std::string kX = "(Input \"x[]\" (f64 5i))";

std::string sum(const std::string& term, int level = 1) {
  return "(Reduce Add " + std::to_string(level) + " (0i 5i 1i) 0.25 " + term + ")";
}
std::string index(int level) { return "(Bound " + std::to_string(level) + " 0 index)"; }

/// How many arrays are left of a program.
std::ptrdiff_t arrays_left(const std::string& program) {
  Function f;
  f.name = "f";
  f.outputs.push_back({"", {}, parse_sexpr(f.graph, "(graph " + program + ")")});
  const Function after = inline_elements(f);
  CHECK(violations(after.graph).empty());
  const Environment at = {{"x[]", Value::vector({0.5, -2, 1.25, 3, 0.125})}};
  CHECK(evaluate<double>(after.graph, after.outputs[0].value, at).numbers ==
        evaluate<double>(f.graph, f.outputs[0].value, at).numbers);
  return std::ranges::count_if(reachable(after.graph, roots_of(after)),
                               [&](NodeId id) { return after.graph.op(id) == Op::Map; });
}

const std::string kExp = "(Map 1 5i (Exp (At " + kX + " " + index(1) + ")))";

}  // namespace

TEST_CASE("elements that one loop reads once each are computed there") {
  CHECK(arrays_left(sum("(At " + kExp + " " + index(1) + ")")) == 0);
  CHECK(arrays_left(sum("(Mul (At " + kExp + " " + index(1) + ") (At " + kExp + " " + index(1) +
                        "))")) == 0);
  // Through a second array, and with two indices.
  const std::string second = "(Map 1 5i (Sin (Mul 3 (At " + kExp + " " + index(1) + "))))";
  CHECK(arrays_left(sum("(At " + second + " " + index(1) + ")")) == 0);
  const std::string table = "(Map 1 5i (Map 2 5i (Exp (Mul (At " + kX + " " + index(1) + ") (At " +
                            kX + " " + index(2) + ")))))";
  CHECK(arrays_left(sum("(Reduce Add 2 (0i 5i 1i) 0 (At " + table + " " + index(1) + " " +
                        index(2) + "))")) == 0);
}

TEST_CASE("elements that are read more than once, or elsewhere, are kept") {
  // By an inner loop in each trip of the outer one.
  CHECK(arrays_left(sum("(Reduce Add 2 (0i 5i 1i) 0 (Mul (At " + kX + " " + index(1) + ") (At " +
                        kExp + " " + index(2) + ")))")) == 1);
  CHECK(arrays_left(sum("(At " + kExp + " (Sub 4i " + index(1) + "))")) == 1);
  CHECK(arrays_left("(Add " + sum("(At " + kExp + " " + index(1) + ")") + " (At " + kExp +
                    " 2i))") == 1);
  // By two loops.
  const std::string first = sum("(At " + kExp + " " + index(1) + ")");
  CHECK(arrays_left(sum("(Mul (At " + kExp + " " + index(1) + ") " + first + ")")) == 1);
}

}  // namespace gradsmith::test
