#include <catch2/catch.hpp>

#include "ir/parse.hpp"
#include "ir/print.hpp"

using namespace gradsmith;

namespace {

std::string refused(const std::string& text) {
  Graph g;
  try {
    return "read as " + to_infix(g, parse_sexpr(g, text));
  } catch (const ParseError& error) {
    return error.reason();
  }
}

}  // namespace

TEST_CASE("blanks and line ends mean nothing in an s-expression") {
  Graph g;
  CHECK(parse_sexpr(g, " ( graph\n(Add 1\t2 ) ) ") == parse_infix(g, "1 + 2"));
}

TEST_CASE("a malformed s-expression is refused with its reason") {
  CHECK(refused("") == "'(' is missing");
  CHECK(refused("(graph 1") == "')' is missing");
  CHECK(refused("(graph 1) 2") == "there is more text");
  CHECK(refused("(graph (Foo 1))") == "'Foo' is no kind of node");
  CHECK(refused("(graph %1)") == "'%1' is not defined");
  CHECK(refused("(graph (let %1 2) (let %1 3) %1)") == "'%1' cannot be defined here");
  CHECK(refused("(graph (Add 1 2f))") == "Add takes operands of one kind, not double and float");
  CHECK(refused("(graph (Input \"x\" f16))") == "'f16' is no type");
  CHECK(refused("(graph (Add (Input \"x\" f64) (Input \"x\" f32)))") == "input x has two types");
  CHECK(refused("(graph (Input \"x\" (f64 2)))") == "an extent is no Index");
  CHECK(refused("(graph (Bound 64 0 index))") == "there is no level 64");
  CHECK(refused("(graph (Bound 1 0 f64))") == "a loop's index is an Index");
  CHECK(refused("(graph (Reduce Sub 1 (0i 3i 1i) 0 1))") == "a Reduce by Sub of double");
  CHECK(refused("(graph (Map 1 3i (Map 1 2i (Bound 2 0 index))))") ==
        "Map of level 1 mentions a higher level");
  CHECK(refused("(graph (Map 1 (Bound 1 0 index) 1))") ==
        "Map: its own level 1 is free outside its body");
  CHECK(refused("(graph (Fold 1 (0i 3i 1i) () ()))") == "a Fold of 0 states has 3 operands");
  CHECK(refused("(graph (Fold 1 () (1) (2)))") == "a Fold of 0 states has 2 operands");
  CHECK(refused("(graph (Convert f64 1))") == "a conversion gives a number of another kind");
  CHECK(refused("(graph (Constant 1))") == "a constant is written as a number");
}

TEST_CASE("nesting beyond what the printer writes is refused, not followed") {
  std::string text = "(graph ";
  for (int i = 0; i < 100000; ++i) text += "(Neg ";
  CHECK(refused(text) == "this nests too deep; name parts of it by let");
}

TEST_CASE("a loop written above its canonical level is brought down to it") {
  Graph g;
  CHECK(parse_sexpr(g, "(graph (Map 5 3i (Bound 5 0 index)))") ==
        parse_sexpr(g, "(graph (Map 1 3i (Bound 1 0 index)))"));
}
