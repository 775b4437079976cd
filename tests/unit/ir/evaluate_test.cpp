#include "ir/evaluate.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "ir/expr.hpp"
#include "ir/parse.hpp"
#include "unit/loop_programs.hpp"

using namespace gradsmith;
using namespace gradsmith::test;

namespace {

double value(Graph& g, const char* text, const Environment& at = {}) {
  return static_cast<double>(evaluate<double>(g, parse_infix(g, text), at).number());
}

std::vector<long double> array(Graph& g, const char* text, const Environment& at = {}) {
  return evaluate<double>(g, parse_infix(g, text), at).numbers;
}

using Numbers = std::vector<long double>;

}  // namespace

TEST_CASE("4xy + exp(-y) at (2, 3) has the lab's value") {
  Graph g;
  CHECK(value(g, "4*x*y + exp(-1*y)", {{"x", 2}, {"y", 3}}) == 24.049787068367863);
}

TEST_CASE("a variable without a value is an error that names it") {
  Graph g;
  CHECK_THROWS_WITH(value(g, "x + speed", {{"x", 1}}), Catch::Contains("speed"));
}

TEST_CASE("loop programs have the value of plain C++ loops") {
  for (const LoopProgram& p : loop_programs()) {
    INFO(p.name);
    const long double expected = p.reference(p.inputs);
    const long double exact = evaluate<long double>(p.graph, p.output, p.inputs).number();
    CHECK(std::fabs(exact - expected) <= 1e-17L * (1 + std::fabs(expected)));
    const long double rounded = evaluate<double>(p.graph, p.output, p.inputs).number();
    CHECK(std::fabs(rounded - expected) <= 1e-14L * (1 + std::fabs(expected)));
    CHECK(rounded == static_cast<long double>(static_cast<double>(rounded)));
  }
}

TEST_CASE("F64 is computed in double and F32 in float, operation by operation") {
  Graph g;
  const double x = 0.1;
  const float f = 0.1f;
  CHECK(value(g, "x*x + exp(x)", {{"x", x}}) == x * x + std::exp(x));
  const NodeId narrow = parse_infix(g, "sin(f*f) + f/3", Element::F32);
  const long double got = evaluate<double>(g, narrow, {{"f", 0.1}}).number();
  CHECK(got == static_cast<long double>(std::sin(f * f) + f / 3.0f));
}

TEST_CASE("a conversion to float rounds, and the reference of higher precision does not") {
  Graph g;
  const NodeId id = parse_infix(g, "double(float(x))");
  const Environment at{{"x", 0.1}};
  CHECK(evaluate<double>(g, id, at).number() == static_cast<long double>(0.1f));
  CHECK(evaluate<long double>(g, id, at).number() == static_cast<long double>(0.1));
  CHECK(value(g, "double(16777217i)") == 16777217.0);
  const NodeId wide = parse_infix(g, "float(16777217i)");
  CHECK(evaluate<double>(g, wide, {}).number() == 16777216.0L);
}

TEST_CASE("a conversion to an integer cuts off the fraction") {
  Graph g;
  CHECK(value(g, "index(x)", {{"x", -2.9}}) == -2);
  CHECK(value(g, "index(x)", {{"x", 2.9}}) == 2);
  CHECK_THROWS_AS(value(g, "index(x)", {{"x", 1e30}}), EvaluationError);
  CHECK_THROWS_AS(value(g, "index(x)", {{"x", std::nan("")}}), EvaluationError);
}

TEST_CASE("the side of an If that is not taken never runs") {
  Graph g;
  parse_infix(g, "k", Element::Index);
  const NodeId a = LoopBuilder(g).input("a", {3}).id;
  CHECK(g.op(a) == Op::Input);
  const Environment at{{"a", Value::vector({1, 2, 4})}, {"k", Value::index(7)}};
  CHECK(value(g, "k < 3 ? a[k] : unknown_elsewhere",
              {{"a", Value::vector({1, 2, 4})}, {"k", Value::index(2)}}) == 4);
  CHECK(value(g, "k < 3 ? a[k] : -1", at) == -1);
  CHECK_THROWS_AS(value(g, "a[k]", at), EvaluationError);
}

TEST_CASE("a node under two branches runs where either needs it") {
  Graph g;
  const char* text = "(c > 0 ? a[9]*2 : 1) + (c > 1 ? a[9] : 2)";
  LoopBuilder(g).input("a", {10});
  Environment at{{"a", Value::vector(Numbers(10, 5))}, {"c", 2}};
  CHECK(value(g, text, at) == 15);
  at["c"] = 0.5;
  CHECK(value(g, text, at) == 12);
  at.erase("a");
  at["c"] = -1;
  CHECK(value(g, text, at) == 3);
}

TEST_CASE("logic looks at both operands, unlike an If") {
  Graph g;
  CHECK_THROWS_AS(value(g, "x > 0 || y > 0", {{"x", 1}}), EvaluationError);
}

TEST_CASE("a subscript out of range names the array") {
  Graph g;
  LoopBuilder(g).input("weights", {3, 2});
  const Environment at{{"weights", Value::matrix(3, 2, {1, 2, 3, 4, 5, 6})}};
  CHECK(value(g, "weights[2, 1]", at) == 6);
  CHECK_THROWS_WITH(value(g, "weights[2, 2]", at), Catch::Contains("subscript 2 of weights"));
  CHECK_THROWS_WITH(value(g, "weights[-1, 0]", at), Catch::Contains("subscript -1"));
  CHECK(array(g, "weights[1]", at) == Numbers{3, 4});
  CHECK(value(g, "weights[1][0]", at) == 3);
}

TEST_CASE("integer arithmetic truncates, and overflow and division by zero are errors") {
  Graph g;
  for (const char* name : {"p", "q"}) g.input(name, scalar_type(Element::Index));
  const auto at = [](std::int64_t p, std::int64_t q) {
    return Environment{{"p", Value::index(p)}, {"q", Value::index(q)}};
  };
  CHECK(value(g, "p / q", at(-7, 2)) == -3);
  CHECK(value(g, "p % q", at(-7, 2)) == -1);
  CHECK(value(g, "min(p, q) * 10i + max(p, q)", at(-7, 2)) == -68);
  CHECK_THROWS_AS(value(g, "p / q", at(1, 0)), EvaluationError);
  CHECK_THROWS_AS(value(g, "p % q", at(INT64_MIN, -1)), EvaluationError);
  CHECK_THROWS_AS(value(g, "p + q", at(INT64_MAX, 1)), EvaluationError);
  CHECK_THROWS_AS(value(g, "-p", at(INT64_MIN, 1)), EvaluationError);
  const NodeId sum = parse_infix(g, "p - q");
  CHECK(evaluate<double>(g, sum, at(INT64_MAX, 1)).number() ==
        static_cast<long double>(INT64_MAX - 1));
}

TEST_CASE("inputs must have the extents and the kind of number that the graph says") {
  Graph g;
  LoopBuilder(g).input("a", {3});
  g.input("k", scalar_type(Element::Index));
  CHECK_THROWS_WITH(value(g, "a[0]", {{"a", Value::vector({1, 2})}}), Catch::Contains("a has"));
  CHECK_THROWS_WITH(value(g, "k", {{"k", 1.5}}), Catch::Contains("k is an integer"));
  CHECK(value(g, "k", {{"k", 3.0}}) == 3);
}

TEST_CASE("ranges run up and down, by steps, and may be empty") {
  Graph g;
  CHECK(value(g, "sum(i in 0..5: double(i))") == 10);
  CHECK(value(g, "sum(i in 1..6 by 2: double(i))") == 9);
  CHECK(value(g, "sum(i in 1..7 by 3: double(i))") == 5);
  CHECK(value(g, "sum(i in 5..-1 by -2: double(i))") == 9);
  CHECK(value(g, "sum(i in 5..5: double(i))") == 0);
  CHECK(value(g, "sum(i in 5..0 from 7: double(i))") == 7);
  CHECK(value(g, "product(i in 0..5 by -1: 0)") == 1);
  CHECK(array(g, "map(i in 0..0: 1)").empty());
  g.input("s", scalar_type(Element::Index));
  CHECK_THROWS_AS(value(g, "sum(i in 0..3 by s: 1)", {{"s", Value::index(0)}}), EvaluationError);
  CHECK(value(g, "sum(i in 0..3 by s: 1)", {{"s", Value::index(2)}}) == 2);
}

TEST_CASE("a sum is taken in the range's order") {
  Graph g;
  LoopBuilder(g).input("a", {3});
  const Environment at{{"a", Value::vector({1e16L, 1, -1e16L})}};
  CHECK(value(g, "sum(i in 0..3: a[i])", at) == (1e16 + 1) - 1e16);
  CHECK(value(g, "sum(i in 2..-1 by -1: a[i])", at) == (-1e16 + 1) + 1e16);
}

TEST_CASE("minima and winners are the operator's own at ties and at NaN") {
  Graph g;
  LoopBuilder(g).input("a", {4});
  const auto at = [](Numbers a) { return Environment{{"a", Value::vector(std::move(a))}}; };
  const Environment ties = at({2, 1, 1, 3});
  CHECK(value(g, "argmin(i in 0..4 from inf: a[i])", ties) == 1);
  CHECK(value(g, "argmin(i in 3..-1 by -1 from inf: a[i])", ties) == 2);
  CHECK(value(g, "argmax(i in 0..4 from -inf: a[i])", ties) == 3);
  CHECK(value(g, "argmin(i in 0..4 from 1: a[i])", ties) == -1);
  CHECK(value(g, "argmax(i in 0..0 from 1: a[i])", ties) == -1);
  const long double nan = std::nanl("");
  const Environment holes = at({nan, 5, nan, 3});
  // std::min keeps what it has unless the newcomer compares less; fmin passes over NaN.
  CHECK(std::isnan(value(g, "min(i in 0..4 from nan: a[i])", holes)));
  CHECK(value(g, "min(i in 0..4 from inf: a[i])", holes) == 3);
  CHECK(value(g, "fmin(i in 0..4 from nan: a[i])", holes) == 3);
  CHECK(value(g, "argfmin(i in 0..4 from nan: a[i])", holes) == 3);
  CHECK(value(g, "argfmax(i in 0..4 from nan: a[i])", holes) == 1);
  CHECK(value(g, "argmin(i in 0..4 from nan: a[i])", holes) == -1);
}

TEST_CASE("all and any fold logic") {
  Graph g;
  CHECK(value(g, "all(i in 0..4: i < 4i) ? 1 : 0") == 1);
  CHECK(value(g, "all(i in 0..5: i < 4i) ? 1 : 0") == 0);
  CHECK(value(g, "any(i in 0..5: i == 4i) ? 1 : 0") == 1);
  CHECK(value(g, "any(i in 0..0: true) ? 1 : 0") == 0);
}

TEST_CASE("the values of a Write all see its base") {
  Graph g;
  LoopBuilder(g).input("a", {4});
  const Environment at{{"a", Value::vector({1, 2, 3, 4})}};
  CHECK(array(g, "write(i in 0..3 from a: i + 1, a[i] * 10)", at) == Numbers{1, 10, 20, 30});
  CHECK(array(g, "write(i in 0..0 from a: i, 0)", at) == Numbers{1, 2, 3, 4});
  CHECK_THROWS_AS(array(g, "write(i in 0..4 from a: i + 1, 0)", at), EvaluationError);
}

TEST_CASE("one-hot and packed arrays hold their elements and zeros") {
  Graph g;
  CHECK(array(g, "onehot(2, 3: 1, 2, x)", {{"x", 7}}) == Numbers{0, 0, 0, 0, 0, 7});
  CHECK(array(g, "onehot(2, 2: 1, pack(2: x, 3))", {{"x", 7}}) == Numbers{0, 0, 7, 3});
  CHECK(array(g, "pack(2, 2: x, 1, 2, 3)", {{"x", 7}}) == Numbers{7, 1, 2, 3});
  CHECK_THROWS_AS(array(g, "onehot(2: 2, x)", {{"x", 7}}), EvaluationError);
}

TEST_CASE("the states of a Fold step together") {
  Graph g;
  const char* fibonacci = "fold(i in 0..10, a from 0, b from 1: b, a + b)";
  CHECK(value(g, (std::string(fibonacci) + ".0").c_str()) == 55);
  CHECK(value(g, (std::string(fibonacci) + ".1").c_str()) == 89);
  CHECK(value(g, "fold(i in 0..0, a from 3: a*a).0") == 3);
}

TEST_CASE("a Trace shows any node of the body as it was on each trip") {
  Graph g;
  CHECK(array(g, "trace(fold(i in 4..0 by -1, s from 1: s*2), k, t: t + double(k))") ==
        Numbers{5, 5, 6, 9});
  CHECK(array(g, "trace(fold(i in 0..0, s from 1: s*2), k, t: t)").empty());
  CHECK(array(g,
              "map(i in 0..2: trace(fold(j in 0..2, s from double(i): s + 1), j, s: "
              "s * 10 + double(i)))") == Numbers{0, 10, 11, 21});
}

TEST_CASE("loops of one level inside each other keep their own trips") {
  Graph g;
  LoopBuilder(g).input("a", {3});
  const Environment at{{"a", Value::vector({1, 2, 3})}};
  // The inner sum mentions no outer index, so both loops have level 1 and share their bodies.
  const NodeId id = parse_infix(g, "sum(i in 0..3: exp(a[i]) * sum(j in 0..3: exp(a[j])) + a[i])");
  const double e = std::exp(1.0) + std::exp(2.0) + std::exp(3.0);
  CHECK(static_cast<double>(evaluate<double>(g, id, at).number()) ==
        Approx(e * e + 6).epsilon(1e-14));
  CHECK(g[id].level == 1);
}

TEST_CASE("a million operations in a chain need no deep stack") {
  Graph g;
  Expr x{&g, g.input("x", scalar_type(Element::F64))};
  Expr sum = x;
  for (int i = 0; i < 1000000; ++i) sum = sum + x;
  CHECK(evaluate<double>(g, sum.id, {{"x", 1}}).number() == 1000001);
}

TEST_CASE("a hundred thousand loops, each in the body of the next, need no deep stack") {
  Graph g;
  LoopBuilder b(g);
  Expr value = b.input("x");
  for (int k = 0; k < 100000; ++k) {
    value = b.sum(b.index(2), [&](Expr) { return value * 0.5; });
  }
  CHECK(evaluate<double>(g, value.id, {{"x", 3}}).number() == 3);
}

TEST_CASE("several roots share their work and give their own values") {
  Graph g;
  const NodeId roots[] = {parse_infix(g, "x*x"), parse_infix(g, "x*x + 1"), parse_infix(g, "x")};
  const std::vector<Value> values = evaluate<double>(g, roots, {{"x", 3}});
  CHECK(values[0].number() == 9);
  CHECK(values[1].number() == 10);
  CHECK(values[2].number() == 3);
}
