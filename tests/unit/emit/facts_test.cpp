#include "emit/facts.hpp"

#include <catch2/catch.hpp>

#include "emit/print_cpp.hpp"
#include "emit/schedule.hpp"
#include "unit/emit/function_builder.hpp"

namespace gradsmith {
namespace {

/// Two conditions, what can be made of them, and a branch on each.
struct Conditions : FunctionBuilder {
  Conditions()
      : FunctionBuilder("f"),
        x(number("x")),
        y(number("y")),
        p(0 < x),
        q(0 < y),
        both(p && q),
        either(p || q),
        lazy(choose(p, x / y < 1, Expr{&f.graph, f.graph.boolean(false)})),
        on_p(choose(p, x, y)),
        on_not_p(choose(!p, x, y)) {
    returns(choose(both, on_p, on_not_p) + choose(either, x, y) + choose(lazy, x, y));
  }
  Expr x, y, p, q, both, either, lazy, on_p, on_not_p;
};

}  // namespace

TEST_CASE("the sides of a branch know its condition, and what is inside them too") {
  const Conditions c;
  const Terms terms(c.f);
  Facts facts(terms);
  facts.enter(0, c.p.id, true);
  facts.enter(0, c.p.id, false);
  facts.enter(1, c.q.id, false);
  CHECK(facts.known(c.p.id, 1) == true);
  CHECK(facts.known(c.p.id, 2) == false);
  CHECK(facts.known(c.p.id, 3) == true);
  CHECK(facts.known(c.q.id, 3) == false);
  CHECK_FALSE(facts.known(c.q.id, 1).has_value());
  CHECK_FALSE(facts.known(c.p.id, 0).has_value());
}

TEST_CASE("conjunctions that hold and disjunctions that do not are taken apart") {
  const Conditions c;
  const Terms terms(c.f);
  Facts facts(terms);
  facts.enter(0, c.both.id, true);
  facts.enter(0, c.either.id, false);
  facts.enter(0, c.both.id, false);
  facts.enter(0, c.lazy.id, true);
  CHECK(facts.known(c.p.id, 1) == true);
  CHECK(facts.known(c.q.id, 1) == true);
  CHECK(facts.known(c.p.id, 2) == false);
  CHECK(facts.known(c.q.id, 2) == false);
  CHECK_FALSE(facts.known(c.p.id, 3).has_value());
  CHECK(facts.known(c.p.id, 4) == true);
}

TEST_CASE(
    "a disjunction of which one part fails needs the other, in whichever order it is learnt") {
  const Conditions c;
  const Terms terms(c.f);
  Facts facts(terms);
  facts.enter(0, c.either.id, true);
  facts.enter(1, c.p.id, false);
  CHECK(facts.known(c.q.id, 2) == true);
  facts.enter(0, c.p.id, false);
  facts.enter(3, c.either.id, true);
  CHECK(facts.known(c.q.id, 4) == true);
  facts.enter(0, c.both.id, false);
  facts.enter(5, c.q.id, true);
  CHECK(facts.known(c.p.id, 6) == false);
}

TEST_CASE("a branch is the side that it takes, through negation") {
  const Conditions c;
  const Terms terms(c.f);
  Facts facts(terms);
  facts.enter(0, c.p.id, true);
  facts.enter(0, c.p.id, false);
  CHECK(facts.resolve(c.on_p.id, 1) == c.x.id);
  CHECK(facts.resolve(c.on_p.id, 2) == c.y.id);
  CHECK(facts.resolve(c.on_not_p.id, 1) == c.y.id);
  CHECK(facts.resolve(c.on_not_p.id, 2) == c.x.id);
  CHECK(facts.resolve(c.on_p.id, 0) == c.on_p.id);
  CHECK(facts.side_taken(c.x.id, 1) == c.x.id);
}

TEST_CASE("each exit of an unrolled loop computes what its path needs, without testing again") {
  // for (i : {0, 1}) { if (a[i] < t) return s * sqrt(s); s += log(a[i]); } as the flags
  // (returned, value) that it is lowered to.
  FunctionBuilder b("f");
  const Expr a = b.array("a", 2);
  const Expr t = b.number("t");
  Expr s = b.constant(2);
  Expr value = b.constant(0);
  Expr returned{&b.f.graph, b.f.graph.boolean(false)};
  for (int i = 0; i < 2; ++i) {
    const Expr stop = b.at(a, i) < t;
    const Expr result = s * sqrt(s);
    value =
        i == 0 ? choose(stop, result, value) : choose(returned, value, choose(stop, result, value));
    const Expr before = returned;
    returned = i == 0 ? stop : (returned || stop);
    const Expr next = s + log(b.at(a, i));
    s = i == 0 ? choose(stop, s, next) : choose(before, s, choose(stop, s, next));
  }
  b.returns(choose(returned, value, s));
  CHECK("\n" + cpp_block(schedule(b.f), b.f.result, 2) == R"(
  const double a_0 = a[0];
  const bool a_0_below_t = a_0 < t;
  const double a_1 = a[1];
  if (a_0_below_t || a_1 < t) {
    if (a_0_below_t) return 2.0 * std::sqrt(2.0);
    const double f_1 = 2.0 + std::log(a_0);
    return f_1 * std::sqrt(f_1);
  }
  return 2.0 + std::log(a_0) + std::log(a_1);
)");
}

}  // namespace gradsmith
