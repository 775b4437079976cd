#include "passes/product_terms.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "ir/expr.hpp"
#include "ir/print.hpp"

namespace gradsmith::test {
namespace {

struct Sample {
  Graph g;
  Expr x{&g, g.input("x", scalar_type(Element::F64))};
  Expr y{&g, g.input("y", scalar_type(Element::F64))};
};

using Factors = std::vector<Factor>;

}  // namespace

TEST_CASE("products are seen through quotients, signs and constants") {
  Sample s;
  const Term t = term_of(s.g, (-(3.0 * s.x * s.y) * s.x / (2.0 * s.y * s.y)).id);
  CHECK(t.coefficient == -1.5);
  CHECK(t.factors == Factors{{s.x.id, 2}, {s.y.id, -1}});
  CHECK(t.size() == 3);
}

TEST_CASE("a sum is one factor") {
  Sample s;
  const Expr sum = s.x + s.y;
  CHECK(term_of(s.g, (sum * s.x).id).factors == Factors{{sum.id, 1}, {s.x.id, 1}});
}

TEST_CASE("constants that no coefficient can hold stay factors") {
  Sample s;
  const Expr infinite = constant_like(s.x, std::numeric_limits<double>::infinity());
  const Term t = term_of(s.g, (infinite * s.x).id);
  CHECK(t.coefficient == 1);
  CHECK(t.factors == Factors{{infinite.id, 1}, {s.x.id, 1}});
  const Expr zero = constant_like(s.x, 0);
  CHECK(term_of(s.g, (s.x / zero).id).factors == Factors{{s.x.id, 1}, {zero.id, -1}});
}

TEST_CASE("a long chain is seen as far as the most factors go") {
  Sample s;
  Expr chain = s.x;
  for (int i = 0; i < 100000; ++i) chain = chain * (s.y + static_cast<double>(i));
  CHECK(term_of(s.g, chain.id).size() == kMostFactors);
}

TEST_CASE(
    "a product with a scale that was chosen among numbers stays whole, one with a choice does "
    "not") {
  Sample s;
  const Expr scale = choose(s.x < 1.0, constant_like(s.x, 8), 0.125);
  const Expr scaled = s.y * (scale * s.x);
  CHECK(term_of(s.g, (s.x * scaled).id).factors == Factors{{s.x.id, 1}, {scaled.id, 1}});
  const Expr either = choose(s.x < 1.0, s.x, s.y);
  CHECK(term_of(s.g, (s.x * (s.y * either)).id).factors ==
        Factors{{s.x.id, 1}, {s.y.id, 1}, {either.id, 1}});
}

TEST_CASE("a term becomes a product again") {
  Sample s;
  const Term t{-2, {{s.x.id, 2}, {s.y.id, -2}}};
  CHECK(to_infix(s.g, product_of(s.g, t, Element::F64)) ==
        "(-(2 * ((x * x) * ((1 / y) * (1 / y)))))");
  CHECK(to_infix(s.g, product_of(s.g, {0.5, {}}, Element::F64)) == "0.5");
}

TEST_CASE("terms are compared whatever the order of their factors") {
  Sample s;
  const Term a{1, {{s.x.id, 1}, {s.y.id, 2}}};
  CHECK(same_powers(a, {5, {{s.y.id, 2}, {s.x.id, 1}}}));
  CHECK_FALSE(same_powers(a, {1, {{s.y.id, 1}, {s.x.id, 1}}}));
}

}  // namespace gradsmith::test
