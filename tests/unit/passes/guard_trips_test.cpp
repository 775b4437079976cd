// Loops that do not hang on a loop around them make the trips that the author's would.

#include "passes/guard_trips.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "ir/evaluate.hpp"
#include "ir/parse.hpp"
#include "ir/print.hpp"
#include "ir/verify.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith::test {
namespace {

const std::string kOuter = "(0i (Input \"n\" index) 1i)";
const std::string kInner = "(0i (Input \"m\" index) 1i)";
const std::string kFirst = "(At (Input \"x[]\" (f64 (Input \"n\" index))) 0i)";

Function function(const std::string& result) {
  Function f;
  f.name = "f";
  f.outputs.push_back({"", {}, parse_sexpr(f.graph, "(graph " + result + ")")});
  return f;
}

/// `for (i < n) for (j < m) s = step(s)`, the inner loop beginning with s.
std::string nest(const std::string& step) {
  const std::string inner = "(Final 0 (Fold 2 " + kInner + " ((Bound 1 1 f64)) (" + step + ")))";
  return "(Final 0 (Fold 1 " + kOuter + " (0) (" + inner + ")))";
}

/// Whether the function's loops run over other trips after the pass. With one element it is what it
/// was; with none the pass must not make it ask for one.
bool is_guarded(const Function& f, const Function& after) {
  CHECK(violations(after.graph).empty());
  const Environment at{{"n", Value::index(1)}, {"m", Value::index(3)}, {"x[]", Value::vector({7})}};
  CHECK(evaluate<double>(after.graph, after.outputs[0].value, at).number() ==
        evaluate<double>(f.graph, f.outputs[0].value, at).number());
  return to_sexpr(f) != to_sexpr(after);
}

}  // namespace

TEST_CASE("a loop that may read what is not there runs where the one around it does") {
  const Function f = function(nest("(Add (Bound 2 1 f64) (Exp " + kFirst + "))"));
  const Function guarded = guard_trips(f);
  CHECK(is_guarded(f, guarded));
  // It begins with a state of the loop around it, so it has not been taken out, and the condition
  // holds where it stands.
  CHECK(to_sexpr(free_trips(guarded)) == to_sexpr(f));
}

TEST_CASE("a loop that reads nothing uncertain stays as it is") {
  const Function f = function(nest("(Add (Bound 2 1 f64) (Exp (Input \"c\" f64)))"));
  CHECK(to_sexpr(guard_trips(f)) == to_sexpr(f));
}

}  // namespace gradsmith::test
