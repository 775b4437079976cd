// Loops over neighbouring elements keep their values, and wait for no trip before.

#include "passes/distribute_loops.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "ir/evaluate.hpp"
#include "ir/parse.hpp"
#include "ir/verify.hpp"
#include "passes/rebuild.hpp"
#include "passes/set_elements.hpp"

namespace gradsmith::test {
namespace {

const std::string kIndex = "(Bound 1 0 index)";
const std::string kX = "(At (Input \"x[]\" (f64 8i)) " + kIndex + ")";
const std::string kZeros = "(Map 1 8i 0)";

std::string element(const std::string& array, const std::string& i) {
  return "(At " + array + " " + i + ")";
}
/// The array of eight that is a value at one place.
std::string one(const std::string& place, const std::string& value) {
  return "(OneHot (f64 8i) " + place + " " + value + ")";
}
std::string sum(const std::string& a, const std::string& b) {
  const std::string i = "(Bound 2 0 index)";
  return "(Map 2 8i (Add " + element(a, i) + " " + element(b, i) + "))";
}
/// What trips 1 to 6 add to an array of zeros.
std::string added(const std::string& terms, const std::string& init = kZeros) {
  return "(Fold 1 (1i 7i 1i) (" + init + ") (" + terms + "))";
}
std::string state() { return "(Bound 1 1 (f64 8i))"; }

/// Folds by how many of them there are after the pass, which keeps the values.
std::ptrdiff_t loops_after(Function (*pass)(Function), const std::string& result,
                           std::size_t value_outputs = 0, FpPolicy policy = FpPolicy::Finite) {
  INFO(result);
  Function f;
  f.name = "f";
  f.policy = policy;
  f.value_outputs = value_outputs;
  f.outputs.push_back({"", {}, parse_sexpr(f.graph, "(graph " + result + ")")});
  const Function after = pass(f);
  CHECK(violations(after.graph).empty());
  const Environment at{{"x[]", Value::vector({2, 3, 5, 7, 11, 13, 17, 19})}};
  CHECK(evaluate<double>(after.graph, after.outputs[0].value, at).numbers ==
        evaluate<double>(f.graph, f.outputs[0].value, at).numbers);
  return std::ranges::count_if(reachable(after.graph, roots_of(after)),
                               [&](NodeId id) { return after.graph.op(id) == Op::Fold; });
}

const std::string kLeft = one("(Sub " + kIndex + " 1i)", "(Mul 3 " + kX + ")");
const std::string kHere = one(kIndex, "(Mul 4 " + kX + ")");
// Another value than on the left: what is the same is gathered.
const std::string kRight = one("(Add " + kIndex + " 1i)", "(Mul 5 (Mul " + kX + " " + kX + "))");

}  // namespace

TEST_CASE("neighbours that one loop adds to get a loop each") {
  const std::string three = "(Final 0 " + added(sum(sum(sum(state(), kLeft), kHere), kRight)) + ")";
  CHECK(loops_after(distribute_loops, three) == 3);
  const std::string reduce = "(Reduce Add 1 (1i 7i 1i) " + kZeros + " " + sum(kLeft, kRight) + ")";
  CHECK(loops_after(distribute_loops, reduce) == 2);
  // A number beside them gets one more, unless it needs the array.
  const std::string number = "(Add (Bound 1 2 f64) " + kX + ")";
  const std::string both = "(Fold 1 (1i 7i 1i) (" + kZeros + " 0) (" +
                           sum(sum(state(), kLeft), kHere) + " " + number + "))";
  CHECK(loops_after(distribute_loops,
                    sum("(Final 0 " + both + ")", one("0i", "(Final 1 " + both + ")"))) == 3);
}

TEST_CASE("loops whose elements do not meet, or cost much, and the author's own stay one") {
  const auto loops = [](const std::string& terms, std::size_t values = 0,
                        FpPolicy policy = FpPolicy::Finite) {
    return loops_after(distribute_loops, "(Final 0 " + added(terms) + ")", values, policy);
  };
  const std::string two = sum(sum(state(), kLeft), kRight);
  CHECK(loops(two) == 2);
  CHECK(loops(two, 1) == 1);
  CHECK(loops(two, 0, FpPolicy::Strict) == 1);
  // One place, by two terms; every other place; the place depends on a number.
  CHECK(loops(sum(sum(state(), kHere), one(kIndex, kX))) == 1);
  const std::string half = "(Quotient " + kIndex + " 2i)";
  CHECK(loops(sum(sum(state(), one("(Mul 2i " + half + ")", kX)),
                  one("(Add 1i (Mul 2i " + half + "))", kX))) == 1);
  // A call, and an element of the array itself.
  CHECK(loops(sum(sum(state(), kLeft), one(kIndex, "(Sin " + kX + ")"))) == 1);
  CHECK(loops(sum(sum(state(), kLeft), one(kIndex, element(state(), kIndex)))) == 1);
}

TEST_CASE("elements that are set to zero and then added to are set") {
  const auto after_zeros = [](const std::string& range, const std::string& terms) {
    const std::string zeros = "(Write 1 (" + range + ") (Input \"x[]\" (f64 8i)) 0 " + kIndex + ")";
    return "(Final 0 " + added(terms, zeros) + ")";
  };
  CHECK(loops_after(set_elements, after_zeros("1i 7i 1i", sum(state(), kHere))) == 0);
  CHECK(loops_after(set_elements,
                    after_zeros("1i 7i 1i", sum(sum(state(), kHere), one(kIndex, kX)))) == 0);
  // Another range; another element; what the loop itself has made.
  CHECK(loops_after(set_elements, after_zeros("0i 7i 1i", sum(state(), kHere))) == 1);
  CHECK(loops_after(set_elements, after_zeros("1i 7i 1i", sum(state(), kLeft))) == 1);
  CHECK(loops_after(set_elements,
                    after_zeros("1i 7i 1i", sum(state(), one(kIndex, element(state(), "2i"))))) ==
        1);
}

}  // namespace gradsmith::test
