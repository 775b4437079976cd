// What the way back needs of the way there is computed once, and keeps its values.

#include "passes/store_values.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "ir/evaluate.hpp"
#include "ir/parse.hpp"
#include "ir/verify.hpp"
#include "passes/differentiate.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith::test {
namespace {

/// Calls of a function by where they are made: one node in one loop is one.
std::ptrdiff_t calls(const Function& f, Op op) {
  return std::ranges::count_if(reachable(f.graph, roots_of(f)),
                               [&](NodeId id) { return f.graph.op(id) == op; });
}

/// A program of w and its derivative, before and after values are stored.
struct Stored {
  Function before;
  Function after;
};

Stored stored(const std::string& program, Function (*pass)(Function) = store_values) {
  Stored s;
  Function& f = s.before;
  f.name = "f";
  const NodeId value = parse_sexpr(f.graph, "(graph " + program + ")");
  const NodeId wrt[] = {f.graph.find_input("w")};
  const Seed seed{value, f.graph.constant(1)};
  const NodeId partial = reverse(f.graph, nullptr, "f", std::span(&seed, 1), wrt)[0];
  f.outputs = {{"", {}, value}, {"", {}, partial}};
  f.value_outputs = 1;
  s.after = pass(f);
  CHECK(violations(s.after.graph).empty());
  const Environment at = {{"w", Value(0.75)}, {"x[]", Value::vector({0.5, -2, 1.25, 3, 0.125})}};
  for (std::size_t k = 0; k < 2; ++k) {
    CHECK(evaluate<double>(s.after.graph, s.after.outputs[k].value, at).number() ==
          evaluate<double>(f.graph, f.outputs[k].value, at).number());
  }
  return s;
}

const std::string kState = "(Bound 1 1 f64)";

std::string steps(const std::string& next) {
  return "(Final 0 (Fold 1 (0i 5i 1i) (0.25) (" + next + ")))";
}

std::string sum_over(const std::string& term) { return "(Reduce Add 2 (0i 5i 1i) 0 " + term + ")"; }

/// Whole arrays that are kept as they were in each trip.
std::ptrdiff_t arrays_kept(const Function& f) {
  const Graph& g = f.graph;
  return std::ranges::count_if(reachable(g, roots_of(f)), [&](NodeId id) {
    return g.op(id) == Op::Trace && !g.is_scalar(g.operand(id, 1)) &&
           g.op(g.operand(id, 1)) != Op::Trace;
  });
}

const std::string kArray = "(Bound 1 1 (f64 9i))";
const std::string kIndex = "(Bound 1 0 index)";
const std::string kX = "(At (Input \"x[]\" (f64 5i)) " + kIndex + ")";

/// An element of the array after five trips, each of which makes `next` of it.
std::string changed(const std::string& next) {
  return "(At (Final 0 (Fold 1 (0i 5i 1i) ((Map 1 9i (Input \"w\" f64))) (" + next + "))) 2i)";
}

/// The array in which the element at that place is the product of two others and a number.
std::string product(const std::string& place, const std::string& a, const std::string& b) {
  return "(Write 2 (0i 1i 1i) " + kArray + " (Add (Mul (At " + kArray + " " + a + ") (At " +
         kArray + " " + b + ")) " + kX + ") " + place + ")";
}

const std::string kTwice = "(Mul 2i " + kIndex + ")";
const std::string kNear = "(Remainder (Mul 3i " + kIndex + ") 4i)";

}  // namespace

TEST_CASE("a call that a recurrence made is not made again on the way back") {
  const Stored s = stored(steps("(Exp (Mul -1 (Mul (Input \"w\" f64) " + kState + ")))"));
  CHECK(calls(s.before, Op::Exp) == 2);
  CHECK(calls(s.after, Op::Exp) == 1);
}

TEST_CASE("a cosine is made with the sine that the way there makes, and the other way round") {
  const std::string angle = "(Mul (Input \"w\" f64) " + kState + ")";
  for (const Op op : {Op::Sin, Op::Cos}) {
    const std::string name = op == Op::Sin ? "Sin" : "Cos";
    const std::string of = "(Mul (Bound 1 1 f64) (At (Input \"x[]\" (f64 5i)) (Bound 2 0 index)))";
    for (const std::string& next :
         {"(" + name + " " + angle + ")",
          "(Mul (Input \"w\" f64) " + sum_over("(" + name + " " + of + ")") + ")"}) {
      const Stored s = stored(steps(next));
      CHECK(calls(s.after, Op::Sin) == 1);
      CHECK(calls(s.after, Op::Cos) == 1);
      // Side by side: of one angle.
      const Graph& g = s.after.graph;
      std::vector<NodeId> angles;
      for (NodeId id : reachable(g, roots_of(s.after))) {
        if (g.op(id) == Op::Sin || g.op(id) == Op::Cos) angles.push_back(g.operand(id, 0));
      }
      CHECK(angles == std::vector<NodeId>(2, angles[0]));
    }
  }
}

TEST_CASE("of an array that a loop changes the elements are kept that the way back reads") {
  const Stored s = stored(changed(product(kNear, kNear, kTwice)), store_elements);
  CHECK(arrays_kept(s.before) > 0);
  CHECK(arrays_kept(s.after) == 0);
}

TEST_CASE("elements that a trip may not read are kept where it does") {
  // Place 9 is none: it is read where x is below 2.
  const std::string place = "(If (Lt " + kX + " 2) " + kTwice + " 9i)";
  const std::string next =
      "(If (Lt " + kX + " 2) " + product(kNear, place, kNear) + " " + kArray + ")";
  const Stored s = stored(changed(next), store_elements);
  CHECK(arrays_kept(s.before) > 0);
  CHECK(arrays_kept(s.after) == 0);
  // On both sides of a condition that stands on one side of another.
  const std::string inner = "(If (Lt " + kX + " 1) " + product(kNear, place, kNear) + " " +
                            product("2i", kNear, place) + ")";
  const std::string nested = "(If (Lt " + kX + " 2) " + inner + " " + kArray + ")";
  CHECK(arrays_kept(stored(changed(nested), store_elements).after) == 0);
}

TEST_CASE("arrays that are read as a whole, or small, are kept as they are") {
  const std::string squares = "(Reduce Add 2 (0i 9i 1i) 0 (Mul (At " + kArray +
                              " (Bound 2 0 index)) (At " + kArray + " (Bound 2 0 index))))";
  const std::string next = "(Write 2 (0i 1i 1i) " + kArray + " (Mul (At " + kArray + " " + kNear +
                           ") " + squares + ") " + kNear + ")";
  const Stored s = stored(changed(next), store_elements);
  CHECK(arrays_kept(s.after) == arrays_kept(s.before));
}

}  // namespace gradsmith::test
