// States that are kept trip by trip live in the rows of what keeps them, and values stay.

#include "passes/keep_states.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "ir/arrays.hpp"
#include "ir/evaluate.hpp"
#include "ir/parse.hpp"
#include "ir/verify.hpp"
#include "passes/copy_versions.hpp"
#include "passes/materialise.hpp"
#include "passes/read_in_place.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith::test {
namespace {

const std::string kTrips = "(Input \"T\" index)";
const std::string kTrip = "(Bound 1 0 index)";
const std::string kState = "(Bound 1 1 (f64 5i))";
const std::string kStart = "(Map 1 5i (At (Input \"x[]\" (f64 5i)) (Bound 1 0 index)))";

std::string index(int level) { return "(Bound " + std::to_string(level) + " 0 index)"; }
std::string at(const std::string& array, const std::string& i) {
  return "(At " + array + " " + i + ")";
}
std::string cell(const std::string& array, const std::string& i, const std::string& j) {
  return "(At " + array + " " + i + " " + j + ")";
}
/// The loop over T trips whose first state becomes `next`, beside a number that becomes `number`.
std::string loop(const std::string& next, const std::string& number = "(Bound 1 2 f64)",
                 const std::string& init = kStart) {
  return "(Fold 1 (0i " + kTrips + " 1i) (" + init + " 0.5) (" + next + " " + number + "))";
}
/// What all trips had, weighed, and what is there at the end.
std::string all(const std::string& fold, const std::string& next) {
  const std::string before = cell("(Trace 1 " + fold + " " + kState + ")", index(1), index(2));
  const std::string after = cell("(Trace 1 " + fold + " " + next + ")", index(1), index(2));
  const std::string weight = "(Add " + index(2) + " (Mul 7i " + index(1) + "))";
  const std::string kept = "(Reduce Add 1 (0i " + kTrips +
                           " 1i) 0 (Reduce Add 2 (0i 5i 1i) 0 (Mul (Convert f64 " + weight +
                           ") (Add (Mul 3 " + before + ") " + after + "))))";
  const std::string last = "(Reduce Add 1 (0i 5i 1i) 0 (Mul (Convert f64 " + index(1) + ") " +
                           at("(Final 0 " + fold + ")", index(1)) + "))";
  return "(Add (Add " + kept + " " + last + ") (Final 1 " + fold + "))";
}

/// Arrays without a value hold what no value may hang on.
void open(const Function& f, NodeId array, Environment& at) {
  std::vector<std::int64_t> extents;
  std::int64_t count = 1;
  for (NodeId e : f.graph.type_of(array).extents) {
    const auto extent = static_cast<std::int64_t>(evaluate<double>(f.graph, e, at).number());
    extents.push_back(std::max<std::int64_t>(extent, 0));
    count *= extents.back();
  }
  at[f.graph.input_name(array)] =
      Value(f.graph.element(array), extents,
            std::vector<long double>(static_cast<std::size_t>(count), std::nanl("")));
}

double value(const Function& f, Environment at) {
  for (const Buffer& b : f.buffers) open(f, b.input, at);
  for (NodeId id : reachable(f.graph, roots_of(f))) {
    if (is_uninitialised(f.graph, id)) open(f, id, at);
  }
  return static_cast<double>(evaluate<double>(f.graph, f.outputs[0].value, at).number());
}

struct Kept {
  std::ptrdiff_t traces = 0;   ///< that are left
  std::ptrdiff_t buffers = 0;  ///< of the function in memory
};

/// After the pass, and in memory, the program has its value for each number of trips.
Kept kept(const std::string& program) {
  Function f;
  f.name = "f";
  f.outputs.push_back({"", {}, parse_sexpr(f.graph, "(graph " + program + ")")});
  const Function after = keep_states(f);
  CHECK(violations(after.graph).empty());
  const Function placed = copy_versions(read_in_place(materialise(after)));
  CHECK(violations(placed.graph).empty());
  for (double trips : {0.0, 1.0, 2.0, 6.0, -3.0}) {
    INFO(trips << " trips");
    const Environment at = {{"x[]", Value::vector({0.5, -2, 1.25, 3, 0.125})},
                            {"T", Value(Element::Index, {}, {trips})}};
    const double expected = value(f, at);
    CHECK(std::isfinite(expected));
    CHECK(value(after, at) == expected);
    CHECK(value(placed, at) == expected);
  }
  const std::vector<NodeId> live = reachable(after.graph, roots_of(after));
  const std::vector<NodeId> now = reachable(placed.graph, roots_of(placed));
  return {std::ranges::count_if(live, [&](NodeId id) { return after.graph.op(id) == Op::Trace; }),
          std::ranges::count_if(placed.buffers, [&](const Buffer& b) {
            return std::ranges::binary_search(now, b.input);
          })};
}

/// 0.5 * (s[j] + s[(j + 1) % 5]) * 0.75, of the element before.
std::string mixed(const std::string& state, int level) {
  const std::string j = index(level);
  return "(Mul 0.75 (Sub " + at(state, j) + " (Mul 0.25 " +
         at(state, "(Remainder (Add " + j + " 1i) 5i)") + ")))";
}

}  // namespace

TEST_CASE("a state that is new in each trip is written to its row at once") {
  const std::string next = "(Map 2 5i " + mixed(kState, 2) + ")";
  const Kept found = kept(all(loop(next), next));
  CHECK(found.traces == 0);
  CHECK(found.buffers == 1);
}

TEST_CASE("what is written over some of a state has the rest of the row before") {
  const std::string next =
      "(Write 2 (1i 4i 1i) " + kState + " " + mixed(kState, 2) + " " + index(2) + ")";
  const Kept found = kept(all(loop(next), next));
  CHECK(found.traces == 0);
  CHECK(found.buffers == 1);
  // What the author keeps in a spare room, and copies.
  const std::string spare =
      "(Write 2 (1i 4i 1i) (Input \"?spare\" (f64 5i)) " + mixed(kState, 2) + " " + index(2) + ")";
  const std::string copied =
      "(Write 2 (1i 4i 1i) " + kState + " " + at(spare, index(2)) + " " + index(2) + ")";
  CHECK(kept(all(loop(copied), copied)).buffers == 1);
}

TEST_CASE("a loop that changes a state in place does so in the row") {
  // for j: t = s[j]; s[j] = t - 0.5 * before + f(s[j + 1]); before = t
  const std::string own = "(Bound 2 1 (f64 5i))";
  const auto inner = [&](const std::string& ahead) {
    const std::string element = "(Add (Sub " + at(own, index(2)) +
                                " (Mul 0.5 (Bound 2 2 f64))) (Mul 0.25 " + at(own, ahead) + "))";
    return "(Fold 2 (1i 4i 1i) (" + kState + " 1) ((Write 3 (0i 1i 1i) " + own + " " + element +
           " " + index(2) + ") " + at(own, index(2)) + "))";
  };
  // Elements that no trip has written yet, and one that the trip before has written.
  for (const std::string ahead : {"(Add (Bound 2 0 index) 1i)", "(Sub (Bound 2 0 index) 1i)"}) {
    const std::string fold = inner(ahead);
    const std::string next = "(Final 0 " + fold + ")";
    const std::string number = "(Add (Bound 1 2 f64) (Final 1 " + fold + "))";
    const Kept found = kept(all(loop(next, number), next));
    CHECK(found.traces == 0);
    CHECK(found.buffers == 1);
  }
}

TEST_CASE("a loop whose values are the new row, and that has more, stays one") {
  const std::string value = "(Sin " + mixed(kState, 2) + ")";
  const std::string inner = "(Fold 2 (0i 5i 1i) (0) ((Add (Bound 2 1 f64) " + value + ")))";
  const std::string trace = "(Trace 2 " + inner + " " + value + ")";
  const std::string next = "(Map 2 5i " + at(trace, index(2)) + ")";
  const std::string number = "(Add (Bound 1 2 f64) (Final 0 " + inner + "))";
  const std::string fold = loop(next, number);
  Kept found = kept(all(fold, next));
  CHECK(found.traces == 0);
  CHECK(found.buffers == 1);
  // Something else of that loop is kept, too: a Trace of its Trace is left.
  const std::string cosines = "(Trace 2 " + inner + " (Cos " + mixed(kState, 2) + "))";
  const std::string more = "(Reduce Add 1 (0i " + kTrips + " 1i) 0 " +
                           cell("(Trace 1 " + fold + " " + cosines + ")", index(1), "2i") + ")";
  found = kept("(Add " + all(fold, next) + " " + more + ")");
  CHECK(found.traces == 2);
  CHECK(found.buffers == 2);
}

TEST_CASE("what comes after the new row reads the old one where it is") {
  const std::string value = mixed(kState, 2);
  const std::string next = "(Map 2 5i " + value + ")";
  // The sum over new * old, and what hangs on it and reads the old state again.
  const std::string product = "(Reduce Add 2 (0i 5i 1i) 0 (Mul " +
                              at(next, "(Sub 4i " + index(2) + ")") + " " + at(kState, index(2)) +
                              "))";
  const std::string again =
      "(Reduce Add 2 (0i 5i 1i) 0 (Mul " + product + " " + at(kState, index(2)) + "))";
  for (const std::string& number : {product, again}) {
    const Kept found = kept(all(loop(next, "(Add (Bound 1 2 f64) " + number + ")"), next));
    CHECK(found.traces == 0);
    CHECK(found.buffers == 1);
  }
}

TEST_CASE("two states of one loop have rows each") {
  const std::string cell = "(Bound 1 3 (f64 5i))";
  const std::string own = "(Bound 2 2 (f64 5i))";
  const std::string first = "(Tanh " + at(own, index(2)) + ")";
  const std::string second = "(Add (Mul 0.5 " + at(own, index(2)) + ") (Mul 0.25 " +
                             at(kState, "(Sub 4i " + index(2) + ")") + "))";
  const std::string inner = "(Fold 2 (0i 5i 1i) ((Input \"?new\" (f64 5i)) " + cell +
                            ") ((Write 3 (0i 1i 1i) (Bound 2 1 (f64 5i)) " + first + " " +
                            index(2) + ") (Write 3 (0i 1i 1i) " + own + " " + second + " " +
                            index(2) + ")))";
  const std::string fold = "(Fold 1 (0i " + kTrips + " 1i) (" + kStart + " 0.5 (Map 1 5i 0.25)" +
                           ") ((Final 0 " + inner + ") (Bound 1 2 f64) (Final 1 " + inner + ")))";
  const std::string other = "(Reduce Add 1 (0i " + kTrips + " 1i) 0 " +
                            ("(At (Trace 1 " + fold + " " + cell + ") " + index(1) + " 3i)") + ")";
  const Kept found = kept("(Add " + all(fold, "(Final 0 " + inner + ")") + " " + other + ")");
  CHECK(found.traces == 0);
  CHECK(found.buffers == 2);
}

TEST_CASE("a trace that is needed as an array stays") {
  const std::string next = "(Map 2 5i " + mixed(kState, 2) + ")";
  Function f;
  f.name = "f";
  f.outputs.push_back(
      {"a", {Step{}}, parse_sexpr(f.graph, "(graph (Trace 1 " + loop(next) + " " + kState + "))")});
  const Function after = keep_states(f);
  CHECK(after.outputs[0].value == f.outputs[0].value);
}

}  // namespace gradsmith::test
