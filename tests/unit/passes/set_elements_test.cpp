// Zeros to which a loop adds once each are set by it.

#include "passes/set_elements.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "ir/arrays.hpp"
#include "ir/evaluate.hpp"
#include "ir/parse.hpp"
#include "ir/verify.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith::test {
namespace {

const std::string kIndex = "(Bound 1 0 index)";
const std::string kElement = "(Exp (At (Input \"x[]\" (f64 5i)) " + kIndex + "))";
const std::string kSum = "(Bound 1 1 f64)";
const std::string kArray = "(Bound 1 2 (f64 5i))";
const std::string kZeros = "(Map 1 5i 0)";

std::string added(const std::string& place, const std::string& value) {
  return "(Map 2 5i (Add (At " + kArray + " (Bound 2 0 index)) (At (OneHot (f64 5i) " + place +
         " " + value + ") (Bound 2 0 index))))";
}

/// Whether a loop that sums up and changes an array, from `init` on, sets the elements.
bool sets(const std::string& next_sum, const std::string& next_array,
          const std::string& init = kZeros, const std::string& range = "(0i 5i 1i)") {
  Function f;
  f.name = "f";
  const std::string fold =
      "(Fold 1 " + range + " (0.5 " + init + ") (" + next_sum + " " + next_array + "))";
  f.outputs.push_back({"", {}, parse_sexpr(f.graph, "(graph (Final 0 " + fold + "))")});
  f.outputs.push_back({"a", {Step{}}, parse_sexpr(f.graph, "(graph (Final 1 " + fold + "))")});
  const Function after = set_elements(f);
  CHECK(violations(after.graph).empty());
  const Environment at = {{"x[]", Value::vector({0.5, -2, 1.25, 3, 0.125})}};
  Environment with_open = at;
  for (NodeId id : reachable(after.graph, roots_of(after))) {
    if (!is_uninitialised(after.graph, id)) continue;
    with_open[after.graph.input_name(id)] =
        Value::vector(std::vector<long double>(5, std::nan("")));
  }
  for (std::size_t k = 0; k < 2; ++k) {
    CHECK(evaluate<double>(after.graph, after.outputs[k].value, with_open).numbers ==
          evaluate<double>(f.graph, f.outputs[k].value, at).numbers);
  }
  return with_open.size() > at.size();
}

const std::string kMore = "(Add " + kSum + " " + kElement + ")";

}  // namespace

TEST_CASE("what a loop adds to each of its own zeros is set") {
  CHECK(sets(kMore, added(kIndex, kElement)));
  CHECK(sets(kMore, added(kIndex, kElement), kZeros, "(4i -1i -1i)"));
}

TEST_CASE("elements that are not all zero, added to twice, or asked for keep their sums") {
  CHECK_FALSE(sets(kMore, added(kIndex, kElement), "(Map 1 5i 1)"));
  CHECK_FALSE(sets(kMore, added(kIndex, kElement), kZeros, "(0i 4i 1i)"));
  CHECK_FALSE(sets(kMore, added(kIndex, kElement), kZeros, "(3i -1i -1i)"));
  CHECK_FALSE(sets(kMore, added(kIndex, kElement), kZeros, "(4i 0i -1i)"));
  CHECK_FALSE(sets(kMore, added("(Quotient " + kIndex + " 2i)", kElement)));
  CHECK_FALSE(
      sets("(Add " + kSum + " (At " + kArray + " " + kIndex + "))", added(kIndex, kElement)));
  CHECK_FALSE(sets(kMore, added(kIndex, "(Mul 2 (At " + kArray + " 0i))")));
}

TEST_CASE("a sum of single elements over all of an array is that array") {
  const auto left = [](const std::string& program) {
    Function f;
    f.name = "f";
    f.outputs.push_back({"a", {Step{}}, parse_sexpr(f.graph, "(graph " + program + ")")});
    const Function after = set_elements(f);
    CHECK(violations(after.graph).empty());
    const Environment at = {{"x[]", Value::vector({0.5, -2, 1.25, 3, 0.125})}};
    CHECK(evaluate<double>(after.graph, after.outputs[0].value, at).numbers ==
          evaluate<double>(f.graph, f.outputs[0].value, at).numbers);
    return after.graph.op(after.outputs[0].value);
  };
  const std::string hot = "(OneHot (f64 5i) " + kIndex + " " + kElement + ")";
  CHECK(left("(Reduce Add 1 (0i 5i 1i) " + kZeros + " " + hot + ")") == Op::Map);
  CHECK(left("(Reduce Add 1 (4i -1i -1i) " + kZeros + " " + hot + ")") == Op::Map);
  CHECK(left("(Reduce Add 1 (1i 5i 1i) " + kZeros + " " + hot + ")") == Op::Reduce);
  CHECK(left("(Reduce Add 1 (0i 5i 1i) (Map 1 5i 2) " + hot + ")") == Op::Reduce);
}

}  // namespace gradsmith::test
