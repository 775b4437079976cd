#include <catch2/catch.hpp>

#include "ir/parse.hpp"
#include "ir/print.hpp"

using namespace gradsmith;

namespace {

/// What a text is read as, with all parentheses.
std::string read(const char* text, Element names = Element::F64) {
  Graph g;
  g.input("k", scalar_type(Element::Index));
  g.input("f", scalar_type(Element::F32));
  g.input("p", scalar_type(Element::Bool));
  g.input("a", g.array_type(Element::F64, {{5}}));
  g.input("m", g.array_type(Element::F64, {{2, 3}}));
  return to_infix(g, parse_infix(g, text, names));
}

/// The reason why a text is refused, with its place.
std::string refused(const char* text) {
  try {
    return "read as " + read(text);
  } catch (const ParseError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("operators bind as in C++") {
  CHECK(read("x + 2*y") == "(x + (2 * y))");
  CHECK(read("x - y - z") == "((x - y) - z)");
  CHECK(read("x / y * z") == "((x / y) * z)");
  CHECK(read("-x * y") == "((-x) * y)");
  CHECK(read("x - -y") == "(x - (-y))");
  CHECK(read("x < y && y < z || !p") == "(((x < y) && (y < z)) || (!p))");
  CHECK(read("x < y == y < z") == "((x < y) == (y < z))");
  CHECK(read("p ? x : y < 1 ? z : 2") == "(p ? x : ((y < 1) ? z : 2))");
  CHECK(read("p ? x < y ? 1 : z : 2 + x") == "(p ? ((x < y) ? 1 : z) : (2 + x))");
  CHECK(read("exp(x)*-y") == "(exp(x) * (-y))");
  CHECK(read("((x))") == "x");
}

TEST_CASE("a minus directly before a number is the number's sign") {
  CHECK(read("-1*y") == "(-1 * y)");
  CHECK(read("x - 1") == "(x - 1)");
  CHECK(read("x-1") == "(x - 1)");
  CHECK(read("-(1)") == "(-(1))");
  CHECK(read("--1") == "(-(-1))");
  CHECK(read("-inf + x") == "(-inf + x)");
  CHECK(read("-infinite") == "(-infinite)");
}

TEST_CASE("a number takes the kind of what stands beside it") {
  CHECK(read("2*f") == "(2f * f)");
  CHECK(read("min(k, 3)") == "min(k, 3i)");
  CHECK(read("k < 3 ? 1 : x") == "((k < 3i) ? 1 : x)");
  CHECK(read("p ? 1 : f") == "(p ? 1f : f)");
  CHECK(read("a[k + 1]") == "a[(k + 1)]");
  CHECK(read("a[2*(k < 3 ? 1 : 2)]") == "a[(2 * ((k < 3i) ? 1 : 2))]");
  CHECK(read("a[x < 1 ? 0 : 1]") == "a[((x < 1) ? 0 : 1)]");
  CHECK(read("k / 2") == "(k / 2i)");
  CHECK(read("x + 1", Element::F32) == "(x + 1f)");
  CHECK(read("fold(i in 0..3, s from 1: s*2).0") == "fold(i1 in 0..3, s1_1 from 1: (s1_1 * 2)).0");
  CHECK(read("sum(i in 0..3: f)") == "sum(i1 in 0..3: f)");
}

TEST_CASE("names may be any words, also those of loops and functions") {
  CHECK(read("sum + exp*fold") == "(sum + (exp * fold))");
  CHECK(read("cam.t.x + pts[].y*arr[][]") == "(cam.t.x + (pts[].y * arr[][]))");
  CHECK(read("`a strange name!` + 1") == "(`a strange name!` + 1)");
  CHECK(read("m[1][k]") == "m[1][k]");
  CHECK(read("m[1, k]") == "m[1, k]");
  CHECK(read("in_ + by1") == "(in_ + by1)");
}

TEST_CASE("a loop's names are its own, and inner ones hide outer ones") {
  CHECK(read("sum(i in 0..3: a[i]) + i") == "(sum(i1 in 0..3: a[i1]) + i)");
  CHECK(read("sum(i in 0..3: sum(i in 0..2: a[i])*a[i])") ==
        "sum(i1 in 0..3: (sum(i1 in 0..2: a[i1]) * a[i1]))");
  CHECK(read("sum(i in 0..3: sum(j in 0..i: a[j]))") == "sum(i1 in 0..3: sum(i2 in 0..i1: a[i2]))");
  // The range and the start of a loop stand outside it.
  CHECK(read("sum(i in 0..3: min(i in i..5 from a[i]: a[i]))") ==
        "sum(i1 in 0..3: min(i2 in i1..5 from a[i1]: a[i2]))");
}

TEST_CASE("what is wrong with a text is said, and where") {
  CHECK(refused("x +") == "at 3: an operand is missing");
  CHECK(refused("(x + y") == "at 0: this is not closed");
  CHECK(refused("x + y)") == "at 5: this stands in no parentheses");
  CHECK(refused("a[1)") == "at 3: ')' closes what it did not open");
  CHECK(refused("x y") == "at 2: 'y' is no operator");
  CHECK(refused("x ? y") == "at 2: this is not closed");
  CHECK(refused("(x ? y)") == "at 3: a '?' has no ':'");
  CHECK(refused("foo(x)") == "at 0: there is no foo of 1 operands");
  CHECK(refused("exp(x, y)") == "at 0: there is no exp of 2 operands");
  CHECK(refused("exp()") == "at 4: ')' is no operand");
  CHECK(refused("x + f") == "at 2: Add takes operands of one kind, not double and float");
  CHECK(refused("p + p") == "at 2: Add does not take bool");
  CHECK(refused("x ? y : z") == "at 2: If takes bool here, not double");
  CHECK(refused("a[1.5]") == "at 2: 1.5 is no index");
  CHECK(refused("a[k, k]") == "at 1: 2 subscripts of an array of rank 1");
  CHECK(refused("a + 1") == "at 2: Add takes numbers, not arrays");
  CHECK(refused("1e999") == "at 0: 1e999 is no double");
  CHECK(refused("99999999999999999999i") == "at 0: 99999999999999999999i is no index");
  CHECK(refused("") == "at 0: an operand is missing");
  CHECK(refused("`x") == "at 0: a backquote is not closed");
  CHECK(refused("x, y") == "at 1: this stands in no parentheses");
  CHECK(refused("(x, y)") == "at 2: ',' does not belong here");
}

TEST_CASE("malformed loops are refused") {
  CHECK(refused("sum(i in 0..3)") == "at 0: this is not how a sum is written");
  CHECK(refused("sum(i in 0: x)") == "at 0: this is not how a sum is written");
  CHECK(refused("sum(i in 0..3: x, y)") == "at 0: sum has one body");
  CHECK(refused("sum(i in 0..3: x: y)") == "at 0: this is not how a sum is written");
  CHECK(refused("foo(i in 0..3: x)") == "at 0: this is not how a foo is written");
  CHECK(refused("min(i in 0..3: x)") == "at 0: this needs a start: from");
  CHECK(refused("map(i in 1..3: x)") == "at 0: a map runs from 0 by 1");
  CHECK(refused("sum(i in 0..3 by 0: x)") == "at 0: a loop's step is zero");
  CHECK(refused("sum(i in x..3: 1)") == "at 0: Reduce takes index here, not double");
  CHECK(refused("fold(i in 0..3, s from 1: s, s).0") == "at 0: a fold has one body for each state");
  CHECK(refused("fold(i in 0..3, s from 1: f).0") == "at 0: state 0 changes its type");
  CHECK(refused("fold(i in 0..3: 1).0") == "at 0: this is not how a fold is written");
  CHECK(refused("fold(i in 0..3, s from 1: s).1") == "at 28: the Fold has no state 1");
  CHECK(refused("fold(i in 0..3, s from 1: s)") == "read as fold(i1 in 0..3, s1_1 from 1: s1_1)");
  CHECK(refused("x.0") == "at 1: a Final is of a Fold");
  CHECK(refused("trace(x, i: i)") == "at 6: only a fold is traced");
  CHECK(refused("pack(2: x)") == "at 0: a Pack of 2 elements has 1");
  CHECK(refused("onehot(2, 2: 1, x)") ==
        "at 0: 1 subscripts and a value of rank 0 in an array of rank 2");
  CHECK(refused("map(i in 0..3: map(j in 0..i: x))") == "at 0: a ragged Map");
}

TEST_CASE("a traced body may mention no loop that its fold does not know of") {
  // The fold stands outside of i: its own level is the one that i has here.
  CHECK(refused("map(i in 0..3: trace(fold(j in 0..2, s from x: s*2), j, s: s + a[i]))") ==
        "at 65: i is not known to the fold that is traced");
  CHECK(read("map(i in 0..3: trace(fold(j in 0..2, s from a[i]: s*2), j, s: s + a[i]))") ==
        "map(i1 in 0..3: trace(fold(i2 in 0..2, s2_1 from a[i1]: (s2_1 * 2)), i2, s2_1: "
        "(s2_1 + a[i1])))");
}

TEST_CASE("no text of a few random characters crashes the reader") {
  const std::string alphabet[] = {
      "x",    "a",      "k",    "(",    ")",     "[",      "]",    ",",     ":",       "..",
      " in ", " from ", " by ", "sum(", "fold(", "trace(", "map(", "pack(", "onehot(", "1",
      "0.5",  "+",      "-",    "?",    "<",     "i",      ".0",   "min(",  "write(",  "!"};
  unsigned state = 1;
  int read_ones = 0;
  for (int round = 0; round < 200000; ++round) {
    std::string text;
    for (int n = 0; n < 1 + round % 12; ++n) {
      state = state * 1664525u + 1013904223u;
      text += alphabet[(state >> 16) % std::size(alphabet)];
    }
    Graph g;
    g.input("k", scalar_type(Element::Index));
    g.input("a", g.array_type(Element::F64, {{5}}));
    try {
      const NodeId id = parse_infix(g, text);
      CHECK(id < g.size());
      ++read_ones;
    } catch (const ParseError& error) {
      CHECK(error.position() <= text.size());
    }
  }
  CHECK(read_ones > 1000);
}
