// What loops count, and the places that they find, are bounded by their ranges.

#include "ir/growth.hpp"

#include <catch2/catch.hpp>

#include "ir/evaluate.hpp"
#include "ir/parse.hpp"

namespace gradsmith::test {
namespace {

const std::string kN = "(Input \"n\" index)";
const std::string kState = "(Bound 1 1 index)";
const std::string kIndex = "(Bound 1 0 index)";
const std::string kHere = "(Lt (At (Input \"x\" (f64 9i)) " + kIndex + ") 0)";

std::string found(const std::string& range, const std::string& init, const std::string& next) {
  return "(Final 0 (Fold 1 (" + range + ") (" + init + ") (" + next + ")))";
}

/// The most that an expression is said to be where n is 7; -100: nothing is said.
std::int64_t most(const std::string& expression) {
  Graph g;
  const NodeId id = parse_sexpr(g, "(graph " + expression + ")");
  const NodeId bound = largest_count(g, id);
  if (bound == kNoNode) return -100;
  const Environment at = {{"n", Value(7)}};
  return static_cast<std::int64_t>(evaluate<long double>(g, bound, at).number());
}

}  // namespace

TEST_CASE("a count is no more than there are trips") {
  const std::string counts = "(If " + kHere + " (Add " + kState + " 1i) " + kState + ")";
  CHECK(most(found("0i " + kN + " 1i", "0i", counts)) == 7);
  CHECK(most(found("2i " + kN + " 1i", "3i", counts)) == 8);
  CHECK(most("(Sub " + kN + " " + found("0i " + kN + " 1i", "0i", counts) + ")") == 7);
  CHECK(most(kN) == 7);
}

TEST_CASE("a place that a loop finds is one of its indices, or what it was before") {
  const std::string place = "(If " + kHere + " " + kIndex + " " + kState + ")";
  const std::string next = "(If " + kHere + " (Add " + kIndex + " 1i) " + kIndex + ")";
  CHECK(most(found("0i " + kN + " 1i", "0i", place)) == 6);
  CHECK(most(found("0i " + kN + " 1i", "9i", place)) == 9);
  CHECK(most(found("0i " + kN + " 1i", "0i", next)) == 7);
  CHECK(most(found(kN + " 0i -1i", "0i", place)) == 7);
  // The least of it decides what is left behind it.
  CHECK(most("(Sub " + kN + " " + found("0i " + kN + " 1i", "0i", place) + ")") == 7);
  CHECK(most("(Sub " + kN + " " + found("2i " + kN + " 1i", "3i", place) + ")") == 5);
  CHECK(most("(Sub " + kN + " " + found(kN + " 0i -1i", "4i", place) + ")") == 6);
}

TEST_CASE("nothing is said of what a loop makes of its state in another way") {
  const std::string twice = "(Mul " + kState + " 2i)";
  const std::string far = "(Mul " + kIndex + " " + kIndex + ")";
  CHECK(most(found("0i " + kN + " 1i", "1i", twice)) == -100);
  CHECK(most(found("0i " + kN + " 1i", "1i", far)) == -100);
}

TEST_CASE("only what starts at zero and grows by one at most counts trips") {
  Graph g;
  const auto counting = [&](const std::string& init, const std::string& next) {
    const NodeId id = parse_sexpr(g, "(graph " + found("0i 9i 1i", init, next) + ")");
    return loop_counted_by(g, id) == g.operand(id, 0);
  };
  CHECK(counting("0i", "(If " + kHere + " " + kState + " (Add " + kState + " 1i))"));
  CHECK_FALSE(counting("1i", "(Add " + kState + " 1i)"));
  CHECK_FALSE(counting("0i", "(Add " + kState + " 2i)"));
  CHECK_FALSE(counting("0i", "(Sub " + kState + " 1i)"));
  CHECK_FALSE(counting("0i", kIndex));
}

}  // namespace gradsmith::test
