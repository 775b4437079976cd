// Loops that go through the same elements become one loop, and only where the result is the same.

#include "passes/fuse_elements.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "ir/evaluate.hpp"
#include "ir/parse.hpp"
#include "ir/verify.hpp"

namespace gradsmith::test {
namespace {

const std::string kArray = "(f64 4i)";
const std::string kState = "(Bound 1 1 " + kArray + ")";
const std::string kIndex = "(Bound 1 0 index)";
const std::string kX = "(Input \"x\" " + kArray + ")";

std::string buffer(int k) { return "(Input \"#" + std::to_string(k) + "\" " + kArray + ")"; }
std::string at(const std::string& array, const std::string& index = kIndex) {
  return "(At " + array + " " + index + ")";
}
const std::string kMirrored = "(Sub 3i " + kIndex + ")";

/// What a loop makes of `base`: each of the elements at `index` becomes `value`.
std::string loop(const std::string& base, const std::string& value,
                 const std::string& index = kIndex, const std::string& end = "4i") {
  return "(Final 0 (Fold 1 (0i " + end + " 1i) (" + base + ") ((Write 2 (0i 1i 1i) " + kState +
         " " + value + " " + index + "))))";
}

/// Results that are what a caller sees: an array at an index that he gives, each.
Function function_of(const std::vector<std::string>& results, int buffers) {
  Function f;
  f.name = "f";
  for (const std::string& r : results) {
    f.outputs.push_back({"", {}, parse_sexpr(f.graph, "(graph " + r + ")")});
  }
  for (int k = 0; k < buffers; ++k) {
    f.buffers.push_back({parse_sexpr(f.graph, "(graph " + buffer(k) + ")"), -1, ""});
  }
  return f;
}

std::vector<long double> numbers(const Function& f) {
  Environment at;
  at.emplace("x", Value::vector({2, 3, 5, 7}));
  for (int k = 0; k < 4; ++k) {
    const std::vector<long double> room(4, 11 + k);
    at.emplace("#" + std::to_string(k), Value::vector(room));
  }
  std::vector<long double> all;
  for (const Output& o : f.outputs) {
    const Value v = evaluate<double>(f.graph, o.value, at);
    all.insert(all.end(), v.numbers.begin(), v.numbers.end());
  }
  return all;
}

/// How many loops there are after the pass; checks that the values stay.
std::ptrdiff_t loops(const std::vector<std::string>& results, int buffers) {
  const Function f = function_of(results, buffers);
  const Function after = fuse_elements(f);
  CHECK(violations(after.graph).empty());
  CHECK(numbers(after) == numbers(f));
  return std::ranges::count_if(reachable(after.graph, output_values(after)),
                               [&](NodeId id) { return after.graph.op(id) == Op::Fold; });
}

const std::string kFirst = loop(buffer(0), "(Mul 2 " + at(kX) + ")");

}  // namespace

TEST_CASE("loops over one range that set elements of their own become one loop") {
  CHECK(loops({kFirst, loop(buffer(1), "0")}, 2) == 1);
  CHECK(loops({kFirst, loop(buffer(1), "0"), loop(buffer(2), at(kX, kMirrored))}, 3) == 1);
  // In other places, but each trip in one of its own.
  CHECK(loops({kFirst, loop(buffer(1), at(kX), kMirrored)}, 2) == 1);
  CHECK(loops({kFirst, loop(buffer(1), "0", kIndex, "3i")}, 2) == 2);
}

TEST_CASE("a loop that reads the element which the other one sets in the same trip joins it") {
  CHECK(loops({kFirst, loop(buffer(1), "(Add 1 " + at(kFirst) + ")")}, 2) == 1);
  CHECK(loops({kFirst, loop(buffer(1), "(Add 1 " + at(kFirst, kMirrored) + ")")}, 2) == 2);
  CHECK(loops({kFirst, loop(buffer(1), at(kFirst), kMirrored)}, 2) == 1);
}

TEST_CASE("a loop that changes the elements goes on in the trip that set them") {
  CHECK(loops({loop(kFirst, "(Add " + at(kState) + " 1)")}, 1) == 1);
  CHECK(loops({loop(kFirst, "(Add " + at(kState, kMirrored) + " 1)")}, 1) == 2);
  CHECK(loops({loop(kFirst, "(Add " + at(kState, kMirrored) + " 1)", kMirrored)}, 1) == 2);
}

TEST_CASE("what a loop reads is read before the other one writes over it") {
  const std::string changed = loop(kFirst, "(Mul " + at(kState) + " " + at(kState) + ")");
  CHECK(loops({changed, loop(buffer(1), "(Sub " + at(kFirst) + " 1)")}, 2) == 1);
  // The third loop needs elements that are gone, or not there yet, in the same trip.
  CHECK(loops({changed, loop(buffer(1), "(Sub " + at(kFirst, kMirrored) + " 1)")}, 2) == 3);
}

TEST_CASE("loops with something to do between them stay apart") {
  const std::string sum = "(Mul " + at(kFirst, "3i") + " " + at(kX) + ")";
  CHECK(loops({kFirst, loop(buffer(1), sum)}, 2) == 2);
  const std::string set = "(Write 1 (0i 1i 1i) " + kFirst + " 9 2i)";
  CHECK(loops({loop(set, "(Add " + at(kState) + " 1)")}, 1) == 2);
}

TEST_CASE("loops of which trips meet, count on, or have loops inside stay as they are") {
  const std::string half = "(Quotient " + kIndex + " 2i)";
  CHECK(loops({kFirst, loop(buffer(1), at(kX), half)}, 2) == 2);
  const std::string sum =
      "(Final 0 (Fold 1 (0i 4i 1i) (0) ((Add (Bound 1 1 f64) " + at(kX) + "))))";
  CHECK(loops({kFirst, sum}, 1) == 2);
  const std::string inner = "(Final 0 (Fold 2 (0i 3i 1i) (0) ((Add (Mul " + at(kX) +
                            " (Bound 2 1 f64)) " + at(kX, "(Bound 2 0 index)") + "))))";
  CHECK(loops({kFirst, loop(buffer(1), inner)}, 2) == 3);
}

TEST_CASE("loops that find the same in other rows of a table join the one that writes there") {
  // The sum over a row, inside; the second loop sets an element of another row.
  const std::string table = "(f64 2i 4i)";
  const std::string base = "(Input \"#1\" " + table + ")";
  const std::string state = "(Bound 1 1 " + table + ")";
  const auto sum = [](const std::string& of, const std::string& row) {
    return "(Final 0 (Fold 2 (0i 4i 1i) (0) ((Add (Mul " + at(kX) + " (Bound 2 1 f64)) (At " + of +
           " " + row + " (Bound 2 0 index))))))";
  };
  const auto loops_left = [&](const std::string& row, const std::string& own_row) {
    Function f;
    f.name = "f";
    const std::string changed = "(Final 0 (Fold 1 (0i 4i 1i) (" + base + ") ((Write 2 (0i 1i 1i) " +
                                state + " (Add 1 " + sum(state, own_row) + ") 1i " + kIndex +
                                "))))";
    for (const std::string& r : {loop(buffer(0), sum(base, row)), changed}) {
      f.outputs.push_back({"", {}, parse_sexpr(f.graph, "(graph " + r + ")")});
    }
    const std::vector<long double> rows = {2, 3, 5, 7, 1, 4, 6, 8};
    Value values = Value::vector(rows);
    values.extents = {2, 4};
    const Environment at{
        {"x", Value::vector({2, 3, 5, 7})}, {"#0", Value::vector({0, 0, 0, 0})}, {"#1", values}};
    const Function after = fuse_elements(f);
    CHECK(violations(after.graph).empty());
    for (std::size_t k = 0; k < 2; ++k) {
      CHECK(evaluate<double>(after.graph, after.outputs[k].value, at).numbers ==
            evaluate<double>(f.graph, f.outputs[k].value, at).numbers);
    }
    const std::vector<NodeId> live = reachable(after.graph, output_values(after));
    return std::ranges::count_if(live, [&](NodeId id) { return after.graph.op(id) == Op::Fold; });
  };
  CHECK(loops_left("0i", "0i") == 2);
  // The row that the second loop writes is read by the first, or by itself.
  CHECK(loops_left("1i", "0i") == 4);
  CHECK(loops_left("0i", "1i") == 4);
}

TEST_CASE("a loop on one side of a choice stays there") {
  const std::string choice =
      "(If (Lt " + at(kX, "0i") + " 1) " + loop(buffer(1), "1") + " " + buffer(1) + ")";
  CHECK(loops({kFirst, choice}, 2) == 2);
}

}  // namespace gradsmith::test
