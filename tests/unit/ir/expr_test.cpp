#include "ir/expr.hpp"

#include <catch2/catch.hpp>

#include "ir/print.hpp"

using namespace gradsmith;

TEST_CASE("C++ operators build nodes, and numbers take the kind of what stands beside them") {
  Graph g;
  const Expr x{&g, g.input("x", scalar_type(Element::F64))};
  const Expr f{&g, g.input("f", scalar_type(Element::F32))};
  const Expr k{&g, g.input("k", scalar_type(Element::Index))};
  const auto text = [&](const Expr& e) { return to_infix(g, e.id); };
  CHECK(text(2 * x + 1 / x) == "((2 * x) + (1 / x))");
  CHECK(text(f - 1) == "(f - 1f)");
  CHECK(text(k * 2 + 1) == "((k * 2i) + 1i)");
  CHECK(text(choose(x < 1 && !(x == 0), 0, -x)) == "(((x < 1) && (!(x == 0))) ? 0 : (-x))");
  CHECK(text(choose(k >= 3 || k != 1, f, 0.5)) == "(((k >= 3i) || (k != 1i)) ? f : 0.5f)");
  CHECK(text(copysign(1, x) * pow(x, x)) == "(copysign(1, x) * pow(x, x))");
  CHECK(text(polygamma(1, x)) == "polygamma(1, x)");
}
