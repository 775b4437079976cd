#include "unit/frontend/texts.hpp"

namespace gradsmith {

TEST_CASE("an if without else keeps the old value on the other side") {
  CHECK(formula_of_body("double r = x; if (x > y) r = y; return r;") == "((x > y) ? y : x)");
}

TEST_CASE("an early return is one choice") {
  CHECK(formula_of_body("if (x > y) return x; return y * 2;") == "((x > y) ? x : (y * 2))");
  CHECK(formula_of_body("if (x > y) { return x; } else { return y; }") == "((x > y) ? x : y)");
  CHECK(formula_of_body("if (x > 1) return 1; if (y > 1) return 2; return 3;") ==
        "((x > 1) ? 1 : ((y > 1) ? 2 : 3))");
}

TEST_CASE("what is the same on both sides is no choice") {
  CHECK(formula_of_body("double r; if (x > y) r = x * y; else r = x * y; return r;") == "(x * y)");
}

TEST_CASE("a switch over a constant leaves its case") {
  CHECK(formula_of_body("switch (2) { case 1: return x; case 2: return y; default: return 0; }") ==
        "y");
}

TEST_CASE("a switch over a parameter is a chain of comparisons") {
  CHECK(formula("double f(double x, int n) { switch (n) { case 1: return x; case 2: return -x; "
                "default: return 0; } }") == "((n == 1i) ? x : ((n == 2i) ? (-x) : 0))");
}

}  // namespace gradsmith
