// Arrays that each trip begins alike are begun before the loop, and hold the same numbers.

#include "passes/fill_once.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "ir/evaluate.hpp"
#include "ir/parse.hpp"
#include "ir/verify.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith::test {
namespace {

const std::string kX = "(Input \"x[]\" (f64 6i))";
const std::string kTrip = "(Bound 1 0 index)";
const std::string kSum = "(Bound 1 1 f64)";

/// Elements 1 to 4 of an array, set to what depends on the trip.
std::string set(const std::string& base, const std::string& value,
                const std::string& range = "1i 5i 1i") {
  return "(Write 2 (" + range + ") " + base + " " + value + " (Bound 2 0 index))";
}
const std::string kValue = "(Mul (At " + kX + " (Bound 2 0 index)) (At " + kX + " " + kTrip + "))";

std::string element(const std::string& array, const std::string& place) {
  return "(At " + array + " " + place + ")";
}

/// A loop of five trips that adds up `term`.
std::string loop(const std::string& term) {
  return "(Final 0 (Fold 1 (0i 5i 1i) (0) ((Add " + kSum + " " + term + "))))";
}

/// How many states the loop has after the pass, which keeps the value.
std::size_t states_after(const std::string& result) {
  INFO(result);
  Function f;
  f.name = "f";
  f.outputs.push_back({"", {}, parse_sexpr(f.graph, "(graph " + result + ")")});
  const Function after = fill_once(f);
  CHECK(violations(after.graph).empty());
  const Environment at{{"x[]", Value::vector({2, 3, 5, 7, 11, 13})}};
  CHECK(evaluate<double>(after.graph, after.outputs[0].value, at).numbers ==
        evaluate<double>(f.graph, f.outputs[0].value, at).numbers);
  std::size_t states = 0;
  for (NodeId id : reachable(after.graph, roots_of(after))) {
    if (after.graph.op(id) == Op::Fold) {
      states = std::max(states, after.graph.fold_parts(id).inits.size());
    }
  }
  return states;
}

}  // namespace

TEST_CASE("what each trip sets again lies in a state") {
  const std::string zeros = "(Map 2 6i 0)";
  const std::string changed = set(zeros, kValue);
  CHECK(states_after(loop("(Add " + element(changed, "0i") + " " + element(changed, "4i") + ")")) ==
        2);
  // Upon another one; of what the function is given.
  const std::string twice = set(set(kX, kValue), "(Mul 2 " + kValue + ")", "0i 2i 1i");
  CHECK(states_after(loop(element(twice, kTrip))) == 2);
}

TEST_CASE("arrays that a trip begins, places or changes otherwise stay its own") {
  // It begins with what the trips have made.
  const std::string own = "(Map 2 6i " + kSum + ")";
  CHECK(states_after(loop(element(set(own, kValue), "5i"))) == 1);
  // Other places in each trip: what the one before has set is not what this one begins with.
  CHECK(states_after(loop(element(set("(Map 2 6i 0)", kValue, "0i " + kTrip + " 1i"), "2i"))) == 1);
  // Only some trips set it.
  const std::string some =
      "(If (Lt " + kTrip + " 3i) " + element(set("(Map 2 6i 0)", kValue), "4i") + " 1)";
  CHECK(states_after(loop(some)) == 1);
  // It goes on as a whole, and so is copied anyway.
  const std::string both =
      "(Map 2 6i (Add (At " + set("(Map 2 6i 0)", kValue) + " (Bound 2 0 index)) 1))";
  CHECK(states_after(loop(element(both, "4i"))) == 2);
}

}  // namespace gradsmith::test
