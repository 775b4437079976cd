// x - y serves for y - x where the sign costs nothing.

#include "passes/opposite_differences.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "ir/evaluate.hpp"
#include "ir/parse.hpp"
#include "ir/verify.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith::test {
namespace {

const std::string kX = "(Input \"x\" f64)";
const std::string kY = "(Input \"y\" f64)";
const std::string kOne = "(Sub " + kX + " " + kY + ")";
const std::string kOther = "(Sub " + kY + " " + kX + ")";

/// The operations of functions with those results after the pass, which keeps their values.
struct Counts {
  std::ptrdiff_t operations = 0;
  std::ptrdiff_t negations = 0;
};
Counts counts(const std::vector<std::string>& results, FpPolicy policy = FpPolicy::Finite) {
  Function f;
  f.name = "f";
  f.policy = policy;
  for (const std::string& text : results) {
    INFO(text);
    f.outputs.push_back({"", {}, parse_sexpr(f.graph, "(graph " + text + ")")});
  }
  const Function made = opposite_differences(f);
  CHECK(violations(made.graph).empty());
  const Environment at{{"x", Value(0.75)}, {"y", Value(-2.5)}};
  for (std::size_t k = 0; k < f.outputs.size(); ++k) {
    CHECK(evaluate<double>(made.graph, made.outputs[k].value, at).number() ==
          evaluate<double>(f.graph, f.outputs[k].value, at).number());
  }
  Counts found;
  for (NodeId id : reachable(made.graph, roots_of(made))) {
    found.operations += is_operator(made.graph.op(id)) ? 1 : 0;
    found.negations += made.graph.op(id) == Op::Neg ? 1 : 0;
  }
  return found;
}

}  // namespace

TEST_CASE("sums and products that end in sums take a difference's sign over") {
  const auto shared = [](const std::string& user) {
    const Counts now = counts({"(Sin " + kOne + ")", user});
    CHECK(now.negations == 0);
    return now.operations;
  };
  CHECK(shared("(Add " + kX + " " + kOther + ")") == 3);
  CHECK(shared("(Add " + kOther + " " + kX + ")") == 3);
  CHECK(shared("(Sub " + kX + " " + kOther + ")") == 3);
  CHECK(shared("(Add " + kX + " (Mul " + kOther + " " + kY + "))") == 4);
  CHECK(shared("(Add " + kX + " (Div 3 " + kOther + "))") == 4);
  CHECK(shared("(Add " + kX + " (Mul (Mul 2 " + kOther + ") (Mul 3 " + kOther + ")))") == 6);
  CHECK(shared("(Add " + kX + " (Neg " + kOther + "))") == 3);
}

TEST_CASE("a difference whose sign something needs stays") {
  CHECK(counts({"(Sin " + kOne + ")", "(Sin " + kOther + ")"}).operations == 4);
  CHECK(counts({"(Sin " + kOne + ")", kOther}).operations == 3);
  CHECK(counts({"(Sin " + kOne + ")", "(Mul " + kX + " " + kOther + ")"}).operations == 4);
  // The first one may stand for the second, where the second may not for the first.
  const Counts first = counts({"(Add " + kX + " " + kOne + ")", "(Sin " + kOther + ")"});
  CHECK(first.operations == 3);
  CHECK(first.negations == 0);
  CHECK(counts({"(Sin " + kOne + ")", "(Add " + kX + " " + kOther + ")"}, FpPolicy::Strict)
            .operations == 4);
}

TEST_CASE("a difference on one side of a choice does not serve the other side") {
  const std::string choice =
      "(If (Lt " + kX + " 1) (Add " + kX + " " + kOne + ") (Add " + kY + " " + kOther + "))";
  CHECK(counts({choice}).operations == 5);
}

}  // namespace gradsmith::test
