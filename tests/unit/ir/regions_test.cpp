#include "ir/regions.hpp"

#include <catch2/catch.hpp>

#include "ir/arrays.hpp"
#include "ir/expr.hpp"
#include "ir/parse.hpp"

using namespace gradsmith;

namespace {

struct Parsed {
  Graph g;
  NodeId root = kNoNode;
  explicit Parsed(const std::string& text) : root(parse_sexpr(g, "(graph " + text + ")")) {}
  std::vector<NodeId> roots() const { return {root}; }
  std::vector<NodeId> live() const { return reachable(g, roots()); }
  NodeId sine_of(const std::string& name) { return g.apply(Op::Sin, {g.find_input(name)}); }
  Regions regions() const { return {g, roots(), live()}; }
  bool needed(NodeId id) const { return needed_in_own_scope(g, live(), roots()).contains(id); }
};

}  // namespace

TEST_CASE("a node stands where all that need it are") {
  Parsed p(
      "(let %1 (Sin (Input \"a\" f64))) (let %2 (Sin (Input \"b\" f64)))"
      "(let %3 (Sin (Input \"c\" f64))) (let %4 (Lt (Input \"x\" f64) 0))"
      "(Add (If %4 (Mul %1 %2) %2) (If %4 (Mul %1 (If (Lt (Input \"y\" f64) 0) %3 1)) 2))");
  const Regions regions = p.regions();
  const NodeId one = p.sine_of("a"), either = p.sine_of("b"), inner = p.sine_of("c");
  CHECK(regions.around(p.root).empty());
  CHECK(regions.around(either).empty());
  REQUIRE(regions.around(one).size() == 1);
  CHECK(regions.around(one)[0].holds);
  CHECK(regions.around(inner).size() == 2);
  CHECK(regions.encloses(regions.of(one), regions.of(inner)));
  CHECK_FALSE(regions.encloses(regions.of(inner), regions.of(one)));
  CHECK(regions.encloses(regions.of(either), regions.of(one)));
  CHECK(p.needed(p.root));
  CHECK_FALSE(p.needed(one));
  // On one path each, which nothing here says.
  CHECK_FALSE(p.needed(either));
}

TEST_CASE("a root that a branch needs, too, is needed everywhere") {
  Graph g;
  const NodeId branch =
      parse_sexpr(g, "(graph (If (Lt (Input \"x\" f64) 0) (Sin (Input \"a\" f64)) 0))");
  const NodeId sine = g.apply(Op::Sin, {g.find_input("a")});
  const std::vector<NodeId> roots{branch, sine};
  CHECK(Regions(g, roots, reachable(g, roots)).around(sine).empty());
}

TEST_CASE("what only loops inside need is not needed by the scope itself") {
  Parsed p(
      "(let %1 (Sin (Input \"a\" f64))) (let %2 (Sin (Input \"b\" f64)))"
      "(Add %2 (Reduce Add 1 (0i (Input \"n\" index) 1i) 0 (Mul (Mul %1 %2)"
      " (Sin (Convert f64 (Bound 1 0 index))))))");
  CHECK_FALSE(p.needed(p.sine_of("a")));
  CHECK(p.needed(p.sine_of("b")));
  const NodeId index = p.g.bound(1, 0, scalar_type(Element::Index));
  CHECK(p.needed(p.g.apply(Op::Sin, {p.g.convert(Element::F64, index)})));
}

TEST_CASE("what one of two loops with a common body needs on every trip, the other may not") {
  // Equal nodes of both bodies are one.
  Parsed p(
      "(let %1 (Sin (Convert f64 (Bound 1 0 index)))) (let %2 (Input \"n\" index))"
      "(Add (Reduce Add 1 (0i %2 1i) 0 %1)"
      "(Reduce Add 1 (0i 3i 1i) 0 (Reduce Add 2 (0i %2 1i) 0 (Mul %1 (Convert f64 (Bound 2 0 "
      "index))))))");
  const NodeId index = p.g.bound(1, 0, scalar_type(Element::Index));
  CHECK_FALSE(p.needed(p.g.apply(Op::Sin, {p.g.convert(Element::F64, index)})));
}

TEST_CASE("a loop that needs a node on one side of a condition around it needs it there only") {
  Parsed p(
      "(let %1 (Sin (Input \"a\" f64))) (let %2 (Lt (Input \"x\" f64) 0))"
      "(let %3 (Sin (Input \"b\" f64))) (let %4 (Convert f64 (Bound 1 0 index)))"
      "(Reduce Add 1 (0i (Input \"n\" index) 1i) 0 (Add (If %2 (Mul %1 %4) 0) (If (Lt %4 2) %3 "
      "0)))");
  const Regions regions = p.regions();
  REQUIRE(regions.around(p.sine_of("a")).size() == 1);
  CHECK(regions.around(p.sine_of("a"))[0].holds);
  // That condition is the trip's.
  CHECK(regions.around(p.sine_of("b")).empty());
}
