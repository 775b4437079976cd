// What trips add to elements that later trips reach is carried there, and the sums stay.

#include "passes/carry_neighbours.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "ir/evaluate.hpp"
#include "ir/parse.hpp"
#include "ir/verify.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith::test {
namespace {

const std::string kIndex = "(Bound 1 0 index)";
/// Two trips read one element, so that the loop has no lanes.
const std::string kX = "(At (Input \"x[]\" (f64 8i)) (Quotient " + kIndex + " 2i))";

/// The array of nine that is a value at one place.
std::string one(const std::string& place, const std::string& value = "(Sqrt " + kX + ")") {
  return "(OneHot (f64 9i) " + place + " " + value + ")";
}
std::string sum(const std::string& a, const std::string& b) {
  const std::string i = "(Bound 2 0 index)";
  return "(Map 2 9i (Add (At " + a + " " + i + ") (At " + b + " " + i + ")))";
}
std::string after(const std::string& distance) { return "(Add " + kIndex + " " + distance + ")"; }

/// The array that trips of such a range add the terms to, from ones on.
std::string added(const std::string& range, const std::string& terms) {
  return "(Final 0 (Fold 1 (" + range + ") ((Map 1 9i 1)) (" + terms + ")))";
}
const std::string kState = "(Bound 1 1 (f64 9i))";

/// How many numbers loops carry after the pass, which keeps the sums but for rounding.
std::ptrdiff_t carried(const std::string& result, FpPolicy policy = FpPolicy::Finite) {
  INFO(result);
  Function f;
  f.name = "f";
  f.policy = policy;
  f.outputs.push_back({"", {}, parse_sexpr(f.graph, "(graph " + result + ")")});
  const Function made = carry_neighbours(f);
  CHECK(violations(made.graph).empty());
  for (const int n : {0, 1, 2, 7}) {
    const Environment at{{"x[]", Value::vector({2, 3, 5, 7, 11, 13, 17, 19})},
                         {"n", Value::index(n)}};
    const auto now = evaluate<double>(made.graph, made.outputs[0].value, at).numbers;
    const auto before = evaluate<double>(f.graph, f.outputs[0].value, at).numbers;
    REQUIRE(now.size() == before.size());
    for (std::size_t k = 0; k < now.size(); ++k) CHECK(now[k] == Approx(before[k]).epsilon(1e-14));
  }
  std::ptrdiff_t numbers = 0;
  for (NodeId id : reachable(made.graph, roots_of(made))) {
    if (made.graph.op(id) != Op::Fold) continue;
    const FoldParts parts = made.graph.fold_parts(id);
    numbers +=
        std::ranges::count_if(parts.inits, [&](NodeId init) { return made.graph.is_scalar(init); });
  }
  return numbers;
}

const std::string kUp = "0i (Input \"n\" index) 1i";

}  // namespace

TEST_CASE("what is added to the next trip's element is carried there") {
  const std::string here = sum(kState, one(kIndex, kX));
  CHECK(carried(added(kUp, sum(here, one(after("1i"))))) == 1);
  CHECK(carried(added("(Input \"n\" index) 0i -1i", sum(here, one("(Sub " + kIndex + " 1i)")))) ==
        1);
  // Over elements that get nothing in between, and from one to the next.
  CHECK(carried(added("0i 6i 1i", sum(here, one(after("2i"))))) == 2);
  CHECK(carried(added("0i 6i 1i", sum(sum(here, one(after("2i"))), one(after("1i"), kX)))) == 2);
  // Twice as far as each trip goes.
  const std::string even = "(Mul 2i " + kIndex + ")";
  CHECK(carried(added("0i 3i 1i", sum(sum(kState, one(even)), one("(Add 2i " + even + ")", kX)))) ==
        1);
}

TEST_CASE("what no later trip reaches is added where it is") {
  const std::string here = sum(kState, one(kIndex, kX));
  CHECK(carried(added(kUp, here)) == 0);
  CHECK(carried(added("0i 6i 1i", sum(here, one("3i")))) == 0);
  CHECK(carried(added("0i 4i 1i", sum(here, one("(Mul 2i " + kIndex + ")")))) == 0);
  CHECK(carried(added("0i 4i 1i", sum(here, one(after("4i"))))) == 0);
  const std::string even = "(Mul 2i " + kIndex + ")";
  CHECK(carried(added("0i 3i 1i", sum(sum(kState, one(even)), one("(Add 1i " + even + ")")))) == 0);
}

TEST_CASE("elements that the loop reads, and the strict policy, keep their order") {
  const std::string here = sum(kState, one(kIndex, kX));
  const std::string reads = "(Mul 0.5 (At " + kState + " " + kIndex + "))";
  CHECK(carried(added("0i 6i 1i", sum(here, one(after("1i"), reads)))) == 0);
  CHECK(carried(added("0i 6i 1i", sum(here, one(after("1i")))), FpPolicy::Strict) == 0);
  // Vector versions may compute the calls.
  CHECK(carried(added("0i 6i 1i", sum(here, one(after("1i"), "(Sin " + kX + ")")))) == 0);
}

}  // namespace gradsmith::test
