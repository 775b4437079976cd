// The conditions on which loops ask for what is computed before them.

#include "passes/read_where.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "ir/function.hpp"
#include "ir/parse.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith::test {
namespace {

const std::string kN = "(Input \"n\" index)";
const std::string kM = "(Input \"m\" index)";
const std::string kValue = "(At (Input \"x[]\" (f64 3i)) 0i)";

std::string sum(const std::string& level, const std::string& begin, const std::string& end,
                const std::string& step, const std::string& term) {
  return "(Final 0 (Fold " + level + " (" + begin + " " + end + " " + step + ") (0) ((Add (Bound " +
         level + " 1 f64) (Mul " + term + " (Exp (Bound " + level + " 1 f64)))))))";
}

/// Whether that is the condition on which a function with that result asks for x[0]; "": it always
/// does.
bool asks_where(const std::string& condition, const std::string& result) {
  INFO(result);
  Function f;
  Graph& g = f.graph;
  const auto parse = [&](const std::string& text) {
    return parse_sexpr(g, "(graph " + text + ")");
  };
  f.outputs.push_back({"", {}, parse(result)});
  const std::vector<NodeId> roots = roots_of(f);
  const std::vector<NodeId> live = reachable(g, roots);
  const Regions regions(g, roots, live);
  ReadWhere where(g, regions, live, roots, ReadWhere::Others::None);
  return where.of(parse(kValue)) == (condition.empty() ? kNoNode : parse(condition));
}

}  // namespace

TEST_CASE("loops ask for what their bodies need where they run") {
  const std::string up = "(Gt " + kN + " 0i)";
  CHECK(asks_where(up, sum("1", "0i", kN, "1i", kValue)));
  CHECK(asks_where("(Gt " + kN + " " + kM + ")", sum("1", kN, kM, "-1i", kValue)));
  // By way of what the scope computes from it.
  CHECK(asks_where(up, sum("1", "0i", kN, "1i", "(Sin " + kValue + ")")));
}

TEST_CASE("of several loops any, and of loops in loops both have to run") {
  const std::string n = "(Gt " + kN + " 0i)";
  const std::string m = "(Gt " + kM + " 0i)";
  const std::string one = sum("1", "0i", kN, "1i", kValue);
  const std::string other = sum("1", "0i", kM, "1i", kValue);
  CHECK(asks_where("(Or " + n + " " + m + ")", "(Add " + one + " " + other + ")"));
  const std::string inner = "(Final 0 (Fold 2 (0i " + kM +
                            " 1i) ((Bound 1 1 f64)) ((Add (Bound 2 1 f64) (Mul " + kValue +
                            " (Exp (Bound 2 1 f64)))))))";
  CHECK(asks_where("(And " + n + " " + m + ")",
                   "(Final 0 (Fold 1 (0i " + kN + " 1i) (0) (" + inner + ")))"));
}

TEST_CASE("what others than loops ask for may be asked for always") {
  CHECK(asks_where("", "(Add " + kValue + " " + sum("1", "0i", kN, "1i", kValue) + ")"));
  CHECK(asks_where("", kValue));
  // A loop that starts with it.
  CHECK(asks_where(
      "", "(Final 0 (Fold 1 (0i " + kN + " 1i) (" + kValue + ") ((Exp (Bound 1 1 f64)))))"));
}

TEST_CASE("what a loop starts with that others ask for is asked for where those run") {
  const std::string start =
      "(Final 0 (Fold 1 (0i " + kM + " 1i) (" + kValue + ") ((Exp (Bound 1 1 f64)))))";
  CHECK(asks_where("(Gt " + kN + " 0i)", sum("1", "0i", kN, "1i", start)));
}

}  // namespace gradsmith::test
