// Sums that no trip hands anything on to run forwards, with the same terms.

#include "passes/turn_sums.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "ir/evaluate.hpp"
#include "ir/parse.hpp"
#include "ir/verify.hpp"
#include "passes/differentiate.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith::test {
namespace {

/// How many loops run backwards in the derivative by w of a program, before and after.
std::pair<std::ptrdiff_t, std::ptrdiff_t> backwards(const std::string& program) {
  Function f;
  f.name = "f";
  const NodeId value = parse_sexpr(f.graph, "(graph " + program + ")");
  const NodeId wrt[] = {f.graph.find_input("w")};
  const Seed seed{value, f.graph.constant(1)};
  const NodeId partial = reverse(f.graph, nullptr, "f", std::span(&seed, 1), wrt)[0];
  f.outputs = {{"", {}, value}, {"", {}, partial}};
  f.value_outputs = 1;
  const Function after = turn_sums(f);
  CHECK(violations(after.graph).empty());
  const Environment at = {{"w", Value(0.75)}, {"x[]", Value::vector({0.5, -2, 1.25, 3, 0.125})}};
  const auto of = [&](const Function& g, std::size_t k) {
    return evaluate<double>(g.graph, g.outputs[k].value, at).number();
  };
  CHECK(of(after, 0) == of(f, 0));
  CHECK(of(after, 1) == Approx(of(f, 1)).epsilon(1e-14));
  const auto count = [](const Function& g) {
    return std::ranges::count_if(reachable(g.graph, roots_of(g)), [&](NodeId id) {
      const bool loop = g.graph.op(id) == Op::Fold || g.graph.op(id) == Op::Reduce;
      return loop && g.graph.is_constant(g.graph.range_of(id).step, -1);
    });
  };
  return {count(f), count(after)};
}

const std::string kTerm =
    "(Exp (Mul (Input \"w\" f64) (At (Input \"x[]\" (f64 5i)) (Bound 1 0 index))))";
const std::string kInner =
    "(Reduce Add 2 (0i 5i 1i) (Bound 1 1 f64) (Mul " + kTerm +
    " (Sin (Mul (Input \"w\" f64) (At (Input \"x[]\" (f64 5i)) (Bound 2 0 index))))))";

std::string steps(const std::string& next) {
  return "(Final 0 (Fold 1 (0i 5i 1i) (0.25) (" + next + ")))";
}

}  // namespace

TEST_CASE("the derivative of a sum in nested loops runs forwards") {
  const auto [before, after] = backwards(steps(kInner));
  CHECK(before > 0);
  CHECK(after == 0);
}

TEST_CASE("derivatives of recurrences stay backwards") {
  const auto [before, after] = backwards(steps("(Mul (Bound 1 1 f64) " + kTerm + ")"));
  CHECK(before > 0);
  CHECK(after == before);
  // So does a sum beside one, over the same trips.
  const std::string both = "(Add " + steps("(Mul (Bound 1 1 f64) " + kTerm + ")") + " " +
                           steps("(Add (Bound 1 1 f64) " + kTerm + ")") + ")";
  const auto beside = backwards(both);
  CHECK(beside.second > 0);
}

}  // namespace gradsmith::test
