// Loops run under the condition without which nobody asks for what they make.

#include "passes/guard_loops.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "ir/evaluate.hpp"
#include "ir/parse.hpp"
#include "ir/verify.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith::test {
namespace {

/// `x[k + n] * 2` in a buffer, and what the loops before it have put there. Whether x has such
/// elements is not known.
const std::string kFilled =
    "(Fold 1 (0i 3i 1i) ((Final 0 (Fold 1 (0i 3i 1i) ((Input \"#0\" (f64 3i))) ((Write 2 (0i 1i "
    "1i) (Bound 1 1 (f64 3i)) 0 (Bound 1 0 index)))))) ((Write 2 (0i 1i 1i) (Bound 1 1 (f64 3i)) "
    "(Mul 2 (At (Input \"x[]\" (f64 3i)) (Add (Input \"n\" index) (Bound 1 0 index)))) (Bound 1 0 "
    "index))))";
const std::string kElement = "(At (Final 0 " + kFilled + ") (Bound 1 0 index))";
const std::string kCondition = "(Lt 0 (Input \"c\" f64))";

std::string sum_of(const std::string& term) {
  return "(Final 0 (Fold 1 (0i 3i 1i) (0) ((Add (Bound 1 1 f64) " + term + "))))";
}

std::string when(const std::string& condition, const std::string& a, const std::string& b) {
  return "(If " + condition + " " + a + " " + b + ")";
}

/// How many choices between versions of an array there are after the pass; checks that the values
/// stay, whichever way the condition goes.
std::ptrdiff_t guards(const std::string& result) {
  INFO(result);
  Function f;
  f.name = "f";
  f.outputs.push_back({"", {}, parse_sexpr(f.graph, "(graph " + result + ")")});
  f.buffers.push_back({f.graph.find_input("#0"), -1, ""});
  const Function after = guard_loops(f);
  CHECK(violations(after.graph).empty());
  for (const double c : {-1.0, 1.0}) {
    const Environment at{{"c", Value(c)},
                         {"n", Value::index(0)},
                         {"x[]", Value::vector({2, 3, 5})},
                         {"#0", Value::vector({17, 19, 23})}};
    CHECK(evaluate<double>(after.graph, after.outputs[0].value, at).number() ==
          evaluate<double>(f.graph, f.outputs[0].value, at).number());
  }
  return std::ranges::count_if(reachable(after.graph, roots_of(after)), [&](NodeId id) {
    return after.graph.op(id) == Op::If && !after.graph.is_scalar(id);
  });
}

}  // namespace

TEST_CASE("a loop that others read on one side of a condition only is under that condition") {
  CHECK(guards(sum_of(when(kCondition, kElement, "1"))) == 1);
  CHECK(guards(sum_of(when(kCondition, "1", kElement))) == 1);
  // Two conditions, one in the other.
  const std::string other = "(Lt 1 (Input \"c\" f64))";
  CHECK(guards(sum_of(when(kCondition, when(other, "1", kElement), "1"))) == 2);
}

TEST_CASE("a loop that is needed whatever the condition is stays as it is") {
  CHECK(guards(sum_of(kElement)) == 0);
  CHECK(guards("(Add " + sum_of(kElement) + " " + sum_of(when(kCondition, kElement, "1")) + ")") ==
        0);
  // Both sides; a condition that differs from trip to trip.
  CHECK(guards(sum_of(when(kCondition, kElement, "(Mul 3 " + kElement + ")"))) == 0);
  CHECK(guards(sum_of(when("(Lt (Bound 1 0 index) 2i)", kElement, "1"))) == 0);
}

TEST_CASE("a loop that cannot fail stays as it is") {
  std::string certain = sum_of(when(kCondition, kElement, "1"));
  const std::string offset = "(Add (Input \"n\" index) (Bound 1 0 index))";
  certain.replace(certain.find(offset), offset.size(), "(Bound 1 0 index)");
  CHECK(guards(certain) == 0);
}

TEST_CASE("an assignment to a place that may not be there is under the condition of its readers") {
  const auto set = [](const std::string& place) {
    return "(At (Write 2 (0i 1i 1i) (Final 0 (Fold 1 (0i 3i 1i) ((Input \"#0\" (f64 3i))) ((Write "
           "2 "
           "(0i 1i 1i) (Bound 1 1 (f64 3i)) 4 (Bound 1 0 index))))) 7 " +
           place + ") (Bound 1 0 index))";
  };
  const std::string n = "(Input \"n\" index)";
  CHECK(guards(sum_of(when(kCondition, set(n), "1"))) == 1);
  CHECK(guards(sum_of(when(kCondition, set("2i"), "1"))) == 0);
  CHECK(guards(sum_of(set(n))) == 0);
}

TEST_CASE("a loop whose reader stands on the same side has its condition already") {
  CHECK(guards(when(kCondition, sum_of(kElement), "1")) == 0);
}

}  // namespace gradsmith::test
