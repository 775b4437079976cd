// Loops are left once one of their states says that nothing will change any more, and only then.

#include "emit/leave_loops.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "ir/ending_state.hpp"
#include "ir/parse.hpp"
#include "ir/verify.hpp"

namespace gradsmith::test {
namespace {

const std::string kStopped = "(Bound 1 1 bool)";
const std::string kSum = "(Bound 1 2 f64)";
const std::string kX = "(At (Input \"x\" (f64 5i)) (Bound 1 0 index))";
const std::string kMore = "(Add " + kSum + " " + kX + ")";

Function function_of(const std::string& inits, const std::string& nexts) {
  Function f;
  f.name = "f";
  const std::string loop = "(Fold 1 (0i 5i 1i) (" + inits + ") (" + nexts + "))";
  f.outputs.push_back({"", {}, parse_sexpr(f.graph, "(graph (Final 1 " + loop + "))")});
  return f;
}

std::ptrdiff_t choices(const Function& f) {
  return std::ranges::count_if(reachable(f.graph, output_values(f)),
                               [&](NodeId id) { return f.graph.op(id) == Op::If; });
}

/// Whether the loop is left by its first state.
bool is_left(const std::string& inits, const std::string& nexts) {
  const Function f = function_of(inits, nexts);
  const LeftEarly left = leave_loops(f);
  CHECK(violations(left.function.graph).empty());
  const bool same = left.function.outputs[0].value == f.outputs[0].value;
  CHECK(left.until.empty() == same);
  const NodeId loop = left.function.graph.operand(left.function.outputs[0].value, 0);
  for (const auto& [fold, state] : left.until) CHECK((fold == loop && state == 0));
  return !left.until.empty();
}

std::string unless(const std::string& value, const std::string& kept) {
  return "(If " + kStopped + " " + kept + " " + value + ")";
}

const std::string kStops = unless("(Gt " + kX + " 2)", "true");

}  // namespace

TEST_CASE("a loop that changes nothing once a condition has held is left then") {
  CHECK(is_left("false 0", kStops + " " + unless(kMore, kSum)));
  const LeftEarly left = leave_loops(function_of("false 0", kStops + " " + unless(kMore, kSum)));
  CHECK(choices(left.function) == 0);
  // However it is written.
  CHECK(is_left("false 0", "(Or " + kStopped + " (Gt " + kX + " 2)) " + unless(kMore, kSum)));
  CHECK(is_left("true 0", kStops + " " + unless(kMore, kSum)));
}

TEST_CASE("a loop that goes on with anything runs to its end") {
  // A sum that goes on, a condition that may be false again, a row that is stored in any case.
  CHECK_FALSE(is_left("false 0", kStops + " " + kMore));
  // A zero that is added may change the sign of another one.
  CHECK_FALSE(is_left("false 0", kStops + " (Add " + kSum + " " + unless(kX, "0") + ")"));
  CHECK_FALSE(is_left(
      "false 0", unless("(Gt " + kX + " 2)", "(Gt " + kX + " 1)") + " " + unless(kMore, kSum)));
  const std::string rows = "(Bound 1 3 (f64 5i))";
  CHECK_FALSE(is_left("false 0 (Input \"#0\" (f64 5i))", kStops + " " + unless(kMore, kSum) +
                                                             " (Write 2 (0i 1i 1i) " + rows + " " +
                                                             kSum + " (Bound 1 0 index))"));
  CHECK(is_left(
      "false 0 (Input \"#0\" (f64 5i))",
      kStops + " " + unless(kMore, kSum) + " " +
          unless("(Write 2 (0i 1i 1i) " + rows + " " + kSum + " (Bound 1 0 index))", rows)));
}

TEST_CASE("functions without conditions that loops carry are not looked at again") {
  CHECK(may_leave_loops(function_of("false 0", kStops + " " + unless(kMore, kSum))));
  CHECK_FALSE(may_leave_loops(function_of("1 0", "(Bound 1 1 f64) " + kMore)));
}

}  // namespace gradsmith::test
