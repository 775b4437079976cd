// Loops that fill rows of one array become one loop, and a condition that no trip changes stands
// around it.

#include "passes/fuse_rows.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "ir/evaluate.hpp"
#include "ir/parse.hpp"
#include "ir/verify.hpp"
#include "passes/rebuild.hpp"
#include "passes/unswitch.hpp"

namespace gradsmith::test {
namespace {

// Over the rows of a matrix of 6 by 3: each trip k of the outer loop fills rows 2 k and 2 k + 1.
const std::string kMatrix = "(f64 6i 3i)";
const std::string kBase = "(Bound 1 1 " + kMatrix + ")";
const std::string kRow = "(Mul 2i (Bound 1 0 index))";
const std::string kNext = "(Add (Mul 2i (Bound 1 0 index)) 1i)";

/// The next version of `base`, with `row` filled by `value` in a loop.
std::string filled(const std::string& base, const std::string& row, const std::string& value) {
  return "(Final 0 (Fold 2 (0i 3i 1i) (" + base + ") ((Write 3 (0i 1i 1i) (Bound 2 1 " + kMatrix +
         ") " + value + " " + row + " (Bound 2 0 index)))))";
}

/// The next version, with a number added to an element of a row.
std::string added(const std::string& base, const std::string& row, const std::string& number) {
  return "(Write 2 (0i 1i 1i) " + base + " (Add (At " + base + " " + row + " (Bound 1 0 index)) " +
         number + ") " + row + " (Bound 1 0 index))";
}

const std::string kX = "(At (Input \"x\" (f64 3i)) (Bound 2 0 index))";
const std::string kOther = "(Mul 3 (At (Input \"x\" (f64 3i)) (Bound 2 0 index)))";

Function function_of(const std::string& step) {
  Function f;
  f.name = "f";
  const std::string loop =
      "(Final 0 (Fold 1 (0i 3i 1i) ((Input \"#0\" " + kMatrix + ")) (" + step + ")))";
  f.outputs.push_back({"", {}, parse_sexpr(f.graph, "(graph " + loop + ")")});
  f.buffers.push_back({f.graph.find_input("#0"), -1, ""});
  return f;
}

std::vector<long double> numbers(const Function& f, double c) {
  const std::vector<long double> room(18, 7);
  Value buffer = Value::vector(room);
  buffer.extents = {6, 3};
  const Environment at{{"c", Value(c)}, {"x", Value::vector({2, 3, 5})}, {"#0", buffer}};
  return evaluate<double>(f.graph, f.outputs[0].value, at).numbers;
}

/// How many loops fill rows, after the pass; checks that the values stay.
std::ptrdiff_t loops(const Function& f, const Function& after) {
  CHECK(violations(after.graph).empty());
  for (const double c : {-1.0, 1.0}) CHECK(numbers(after, c) == numbers(f, c));
  return std::ranges::count_if(reachable(after.graph, roots_of(after)), [&](NodeId id) {
    return after.graph.op(id) == Op::Fold && after.graph[id].level == 2;
  });
}

std::ptrdiff_t fused(const std::string& step) {
  INFO(step);
  const Function f = function_of(step);
  return loops(f, fuse_rows(f));
}

}  // namespace

TEST_CASE("loops that fill rows of an array, one after the other, become one") {
  CHECK(fused(filled(filled(kBase, kRow, kX), kNext, kOther)) == 1);
  // The same row, of which the second is what stays; a row of another trip that is read.
  CHECK(fused(filled(filled(kBase, kRow, kX), kRow, kOther)) == 1);
  const std::string before = "(At " + kBase + " " + kNext + " (Bound 2 0 index))";
  CHECK(fused(filled(filled(kBase, kRow, before), kNext, kX)) == 1);
}

TEST_CASE("elements that are set between two loops are set behind them, where rows differ") {
  CHECK(fused(filled(added(filled(kBase, kRow, kX), kRow, "11"), kNext, kOther)) == 1);
  CHECK(fused(added(filled(added(filled(kBase, kRow, kX), kRow, "11"), kNext, kOther), kNext,
                    "13")) == 1);
  // The second loop fills the row again; it starts at an element; another element is read.
  CHECK(fused(filled(added(filled(kBase, kRow, kX), kRow, "11"), kRow, kOther)) == 2);
  const std::string first = filled(kBase, kRow, kX);
  const std::string set =
      "(Write 2 (0i 1i 1i) " + first + " (At " + first + " " + kNext + " 2i) " + kRow + " 1i)";
  CHECK(fused(filled(set, kNext, kOther)) == 2);
}

TEST_CASE("a loop that reads what the one before has written stays behind it") {
  const std::string first = filled(kBase, kRow, kX);
  CHECK(fused(filled(first, kNext, "(At " + first + " " + kRow + " (Sub 2i (Bound 2 0 index)))")) ==
        2);
  // Of its own array, as it is then.
  CHECK(fused(filled(first, kNext,
                     "(At (Bound 2 1 " + kMatrix + ") " + kRow + " (Sub 2i (Bound 2 0 index)))")) ==
        2);
}

TEST_CASE("a condition that no trip changes stands around a small loop") {
  const std::string condition = "(Lt 0 (Input \"c\" f64))";
  const std::string load = "(If " + condition + " " + kX + " 0)";
  const auto switched = [&](const std::string& value, FpPolicy policy = FpPolicy::Finite) {
    INFO(value);
    Function f = function_of(filled(kBase, kRow, value));
    f.policy = policy;
    const Function after = unswitch(f);
    const std::ptrdiff_t conditional = std::ranges::count_if(
        reachable(after.graph, roots_of(after)),
        [&](NodeId id) { return after.graph.op(id) == Op::If && after.graph.is_scalar(id); });
    return loops(f, after) == 2 && conditional == 0;
  };
  CHECK(switched(load));
  CHECK(switched("(Add (Mul 2 " + load + ") " + load + ")"));
  CHECK_FALSE(switched("(Mul 2 " + load + ")", FpPolicy::Strict));
  // Another condition beside it, one that trips change, and one under which nothing is loaded.
  CHECK_FALSE(switched("(Add " + load + " (If (Lt 2 (Input \"c\" f64)) " + kX + " 0))"));
  CHECK_FALSE(switched("(If (Lt (Bound 2 0 index) 2i) " + kX + " 0)"));
  CHECK_FALSE(switched("(Mul " + kX + " (If " + condition + " 2 3))"));
}

}  // namespace gradsmith::test
