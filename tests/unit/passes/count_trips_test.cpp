// Loops that are left early are of as many trips as run, and one loop again in the end.

#include "passes/count_trips.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>

#include "ir/evaluate.hpp"
#include "ir/parse.hpp"
#include "ir/verify.hpp"
#include "passes/join_counted.hpp"
#include "passes/rebuild.hpp"
#include "passes/subsume_loops.hpp"

namespace gradsmith::test {
namespace {

const std::string kX = "(At (Input \"x\" (f64 6i)) (Bound 1 0 index))";
const std::string kStopped = "(Bound 1 1 bool)";
const std::string kSum = "(Bound 1 2 f64)";
const std::string kBelow = "(Lt " + kX + " 0)";

std::string choice(const std::string& condition, const std::string& a, const std::string& b) {
  return "(If " + condition + " " + a + " " + b + ")";
}

/// `if (x[i] < 0) break; sum = sum * x[i] + 1;`
const std::string kStopsFirst =
    choice(kStopped, "true", kBelow) + " " +
    choice(choice(kStopped, "true", kBelow), kSum, "(Add (Mul " + kSum + " " + kX + ") 1)");
/// The same, the condition last.
const std::string kStopsLast = choice(kStopped, "true", kBelow) + " " +
                               choice(kStopped, kSum, "(Add (Mul " + kSum + " " + kX + ") 1)");

std::string loop(const std::string& nexts, const std::string& range = "(0i 6i 1i)",
                 const std::string& stopped = "false") {
  return "(Fold 1 " + range + " (" + stopped + " 2) (" + nexts + "))";
}

Function function_of(const std::string& result) {
  Function f;
  f.name = "f";
  f.outputs.push_back({"", {}, parse_sexpr(f.graph, "(graph " + result + ")")});
  return f;
}

const std::vector<std::vector<long double>> kData = {
    {1, 2, 3, 4, 5, 6}, {-1, 2, 3, 4, 5, 6}, {1, 2, -3, 4, -5, 6}, {1, 2, 3, 4, 5, -6}};

std::vector<long double> values(const Function& f) {
  std::vector<long double> found;
  for (const auto& x : kData) {
    const Environment at = {{"x", Value::vector(x)}};
    found.push_back(evaluate<long double>(f.graph, f.outputs[0].value, at).number());
  }
  return found;
}

std::vector<NodeId> loops(const Function& f) {
  std::vector<NodeId> found = reachable(f.graph, output_values(f));
  std::erase_if(found, [&](NodeId id) { return f.graph.op(id) != Op::Fold; });
  return found;
}

/// How many trips the loop makes that a function's result is of.
std::vector<long double> trips(const Function& f) {
  Function end = f;
  const Range range = f.graph.range_of(f.graph.operand(f.outputs[0].value, 0));
  end.outputs[0].value = range.end;
  return values(end);
}

Function counted(const std::string& result) {
  const Function f = function_of(result);
  const Function after = count_trips(f);
  CHECK(violations(after.graph).empty());
  CHECK(values(after) == values(f));
  const Function joined = join_counted(after, true);
  CHECK(violations(joined.graph).empty());
  CHECK(values(joined) == values(f));
  CHECK(loops(joined).size() == loops(f).size());
  return after;
}

}  // namespace

TEST_CASE("a loop that is left early is one of as many trips as run") {
  // The trip that only finds out that it is the last is none of them.
  CHECK(trips(counted("(Final 1 " + loop(kStopsFirst) + ")")) ==
        std::vector<long double>{6, 0, 2, 5});
  CHECK(trips(counted("(Final 1 " + loop(kStopsLast) + ")")) ==
        std::vector<long double>{6, 1, 3, 6});
  CHECK(trips(counted("(Final 1 " + loop(kStopsLast, "(0i 6i 1i)", "true") + ")")) ==
        std::vector<long double>{0, 0, 0, 0});
}

TEST_CASE("no trip of such a loop asks whether it runs") {
  const Function f = counted("(Final 1 " + loop(kStopsFirst) + ")");
  const FoldParts parts = f.graph.fold_parts(f.graph.operand(f.outputs[0].value, 0));
  CHECK(parts.inits.size() == 1);
  const auto body = reachable_at(f.graph, parts.nexts, parts.level);
  CHECK(std::ranges::none_of(body, [&](NodeId id) { return f.graph.op(id) == Op::If; }));
}

TEST_CASE("loops that are left early run down, in strides and from run-time bounds") {
  for (const std::string range : {"(5i -1i -1i)", "(1i 6i 2i)", "(4i -1i -2i)", "(5i 5i 1i)"}) {
    counted("(Final 1 " + loop(kStopsFirst, range) + ")");
    counted("(Final 1 " + loop(kStopsLast, range) + ")");
  }
}

TEST_CASE("what does not vary is read from the loop as it was") {
  const Function f =
      counted("(If (Final 0 " + loop(kStopsLast) + ") (Final 1 " + loop(kStopsLast) + ") 7)");
  CHECK(loops(f).size() == 2);
}

TEST_CASE("a loop that may go on again, or runs to its end, is not counted") {
  const std::string goes_on = choice(kStopped, "(Gt " + kX + " 0)", kBelow) + " " +
                              choice(kStopped, kSum, "(Add " + kSum + " " + kX + ")");
  const Function f = function_of("(Final 1 " + loop(goes_on) + ")");
  CHECK(count_trips(f).outputs[0].value == f.outputs[0].value);
}

TEST_CASE("a loop over counted trips that needs more of the other one stays apart") {
  Function f = count_trips(function_of("(Final 1 " + loop(kStopsFirst) + ")"));
  Graph& g = f.graph;
  const NodeId whole = g.operand(f.outputs[0].value, 0);
  const Range range = g.range_of(whole);
  // Each trip needs how many there are.
  const NodeId init = g.constant(0);
  const NodeId state = g.bound(1, 1, scalar_type(Element::F64));
  const NodeId next = g.apply(Op::Add, {state, g.convert(Element::F64, range.end)});
  f.outputs[0].value = g.final_state(
      g.fold(1, {range.begin, range.end, range.step}, std::span(&init, 1), std::span(&next, 1)), 0);
  const Function joined = join_counted(f, true);
  CHECK(joined.outputs[0].value == f.outputs[0].value);
}

TEST_CASE("a loop of which each state is one of a loop beside it is not needed") {
  const std::string twice = "(Bound 1 3 f64)";
  const std::string large =
      "(Fold 1 (0i 6i 1i) (false 2 1) (" + kStopsLast + " (Add " + twice + " " + kSum + ")))";
  const Function f =
      function_of("(Add (Final 1 " + loop(kStopsLast) + ") (Final 2 " + large + "))");
  const Function after = subsume_loops(f);
  CHECK(violations(after.graph).empty());
  CHECK(values(after) == values(f));
  CHECK(loops(after).size() == 1);
  // Not where it starts with another number, or goes on in another way.
  for (const auto& [start, step] : {std::pair{"3", "1"}, {"2", "2"}}) {
    const std::string other = "(Fold 1 (0i 6i 1i) (" + std::string(start) + ") ((Add (Mul " +
                              "(Bound 1 1 f64) " + kX + ") " + step + ")))";
    const std::string own = "(Fold 1 (0i 6i 1i) (2 5) ((Add (Mul (Bound 1 1 f64) " + kX +
                            ") 1) (Add (Bound 1 2 f64) (Bound 1 1 f64))))";
    const Function two = function_of("(Add (Final 0 " + other + ") (Final 1 " + own + "))");
    CHECK(loops(subsume_loops(two)).size() == 2);
  }
}

}  // namespace gradsmith::test
