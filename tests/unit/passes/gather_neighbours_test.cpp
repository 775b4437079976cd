// What trips add to neighbouring elements is what the elements gather, at every length.

#include "passes/gather_neighbours.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "ir/evaluate.hpp"
#include "ir/parse.hpp"
#include "ir/verify.hpp"
#include "passes/distribute_loops.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith::test {
namespace {

const std::string kIndex = "(Bound 1 0 index)";
const std::string kN = "(Input \"n\" index)";
const std::string kC = "(Input \"c\" f64)";

/// x[j]
const std::string kX = "(At (Input \"x[]\" (f64 " + kN + ")) " + kIndex + ")";

std::string beside(int distance) {
  if (distance == 0) return kIndex;
  return fmt::format("({} {} {}i)", distance < 0 ? "Sub" : "Add", kIndex, std::abs(distance));
}

struct Term {
  std::string place, value;
};

/// What a loop adds to an array of n zeros.
std::string added(const std::string& range, const std::vector<Term>& terms,
                  const std::string& type = "(f64 " + kN + ")",
                  const std::string& zeros = "(Map 1 " + kN + " 0)") {
  std::string state = "(Bound 1 1 " + type + ")";
  const std::string i = "(Bound 2 0 index)";
  for (const Term& t : terms) {
    const std::string one = "(OneHot " + type + " " + t.place + " " + t.value + ")";
    state = "(Map 2 " + kN + " (Add (At " + state + " " + i + ") (At " + one + " " + i + ")))";
  }
  return "(Final 0 (Fold 1 (" + range + ") (" + zeros + ") (" + state + ")))";
}

struct Gathered {
  std::ptrdiff_t one_hots = 0;  ///< elements that are added to
  std::ptrdiff_t writes = 0;    ///< what is kept, and the zeros around it
};

/// After the pass, which keeps the values for lengths from 0 to 9.
Gathered after(const std::string& result) {
  INFO(result);
  Function f;
  f.name = "f";
  f.policy = FpPolicy::Finite;
  f.outputs.push_back({"", {}, parse_sexpr(f.graph, "(graph " + result + ")")});
  const Function made = distribute_loops(f);
  CHECK(violations(made.graph).empty());
  for (int n = 0; n < 10; ++n) {
    CAPTURE(n);
    std::vector<long double> x;
    for (int k = 0; k < n; ++k) x.push_back(k * k + 2);
    const Environment at{{"x[]", Value::vector(x)}, {"n", Value::index(n)}, {"c", 0.5}};
    CHECK(evaluate<double>(made.graph, made.outputs[0].value, at).numbers ==
          evaluate<double>(f.graph, f.outputs[0].value, at).numbers);
  }
  Gathered found;
  for (NodeId id : reachable(made.graph, roots_of(made))) {
    found.one_hots += made.graph.op(id) == Op::OneHot;
    found.writes += made.graph.op(id) == Op::Write;
  }
  return found;
}

const std::string kInside = "1i (Sub " + kN + " 1i) 1i";

}  // namespace

TEST_CASE("neighbours of one value are gathered over all of an array") {
  const Gathered two =
      after(added(kInside, {{beside(-1), kX}, {beside(1), "(Mul " + kC + " " + kX + ")"}}));
  CHECK(two.one_hots == 0);
  CHECK(two.writes == 3);
  // From either end; signs; the loop's own element is no neighbour, and stays.
  const std::string down = "(Sub " + kN + " 2i) 0i -1i";
  CHECK(after(added(down, {{beside(1), "(Neg " + kX + ")"}, {beside(-1), kX}})).one_hots == 0);
  CHECK(after(added(kInside, {{beside(-1), "(Mul 3 " + kX + ")"},
                              {beside(0), "(Mul 4 " + kX + ")"},
                              {beside(1), "(Mul 3 " + kX + ")"}}))
            .one_hots == 1);
}

TEST_CASE("neighbours that are part of an array are gathered where they are") {
  for (const std::string& range :
       std::vector<std::string>{"2i (Sub " + kN + " 2i) 1i", "2i (Sub " + kN + " 3i) 1i",
                                "(Sub " + kN + " 3i) 1i -1i"}) {
    const Gathered found =
        after(added(range, {{beside(-1), kX}, {beside(2), kX}, {beside(1), kX}}));
    CHECK(found.one_hots == 1);
    CHECK(found.writes == 3);
  }
}

TEST_CASE("neighbours of two values, and places further and further apart, are not gathered") {
  const std::string square = "(Mul " + kX + " " + kX + ")";
  CHECK(after(added(kInside, {{beside(-1), kX}, {beside(1), square}})).writes == 0);
  const std::string half = "(Quotient " + kIndex + " 2i)";
  CHECK(after(added(kInside, {{half, kX}, {"(Add " + half + " 1i)", kX}})).writes == 0);
  // A value that no trip changes is no array.
  CHECK(after(added(kInside, {{beside(-1), kC}, {beside(1), kC}})).writes == 0);
  // Every other element.
  CHECK(after(added("1i (Sub " + kN + " 1i) 2i", {{beside(-1), kX}, {beside(1), kX}})).writes == 0);
}

}  // namespace gradsmith::test
