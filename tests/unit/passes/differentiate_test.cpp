#include "passes/differentiate.hpp"

#include <catch2/catch.hpp>

#include "gradient_check.hpp"
#include "ir/expr.hpp"
#include "ir/print.hpp"

using namespace gradsmith;

namespace {

struct Variables {
  Graph g;
  Expr x{&g, g.input("x", scalar_type(Element::F64))};
  Expr y{&g, g.input("y", scalar_type(Element::F64))};

  NodeId d(const Expr& e, const Expr& by) {
    const Seed seed{e.id, g.constant(1)};
    return reverse(g, nullptr, "f", std::span(&seed, 1), std::span(&by.id, 1))[0];
  }
  long double at(NodeId id, double vx, double vy = 0) {
    return evaluate<double>(g, id, {{"x", vx}, {"y", vy}}).number();
  }
};

}  // namespace

TEST_CASE("the textbook derivative of 4xy + exp(-y) is the lab's, character for character") {
  Variables v;
  const Expr four{&v.g, v.g.constant(4)};
  const Expr minus_one{&v.g, v.g.constant(-1)};
  const Expr z = (four * v.x) * v.y + exp(minus_one * v.y);
  CHECK(to_infix(v.g, z.id) == "(((4 * x) * y) + exp((-1 * y)))");
  CHECK(to_infix(v.g, textbook_derivative(v.g, z.id, v.x.id)) ==
        "(((((0 * x) + (4 * 1)) * y) + ((4 * x) * 0)) + (exp((-1 * y)) * ((0 * y) + (-1 * 0))))");
}

TEST_CASE("the adjoint of a product is the other factor times the adjoint") {
  Variables v;
  CHECK(v.d(v.x * v.y, v.x) == (Expr{&v.g, v.g.constant(1)} * v.y).id);
}

TEST_CASE("what a value does not depend on has derivative zero") {
  Variables v;
  CHECK(v.g.is_constant(v.d(exp(v.y), v.x), 0));
}

TEST_CASE("reverse and forward accumulation agree with central differences") {
  Variables v;
  const Expr e = exp(v.x * v.y) + v.x * v.y / log(v.x) + sin(log(v.x)) / (v.x * v.y);
  const Environment at{{"x", 2.0}, {"y", 3.0}};
  for (const Expr& by : {v.x, v.y}) {
    const NodeId d = v.d(e, by);
    CHECK(worst_disagreement(v.g, e.id, d, at, v.g.input_name(by.id)) < 1e-9L);
    const Seed seed{by.id, v.g.constant(1)};
    const NodeId t = forward(v.g, nullptr, std::span(&e.id, 1), std::span(&seed, 1))[0];
    CHECK(std::fabs(static_cast<double>(v.at(t, 2, 3) / v.at(d, 2, 3) - 1)) < 1e-14);
  }
  // The figures of the fourth recitation.
  CHECK(static_cast<double>(v.at(v.d(e, v.x), 2, 3)) == Approx(1208.3812151266095).epsilon(1e-15));
  CHECK(static_cast<double>(v.at(v.d(e, v.y), 2, 3)) == Approx(809.707479218564).epsilon(1e-15));
}

TEST_CASE("higher derivatives of a power are right where the exponent is zero, or becomes zero") {
  Variables v;
  const Expr e = pow(v.x, v.y);
  const Expr dx{&v.g, v.d(e, v.x)};
  const Expr dy{&v.g, v.d(e, v.y)};
  const Expr dxx{&v.g, v.d(dx, v.x)};
  for (double y : {0.0, 1.0, 2.0, -1.0, 0.5}) {
    const double x = 3;
    INFO("y = " << y);
    const double mixed = std::pow(x, y - 1) * (1 + y * std::log(x));
    const double third = std::pow(x, y - 2) * (2 * y - 1 + y * (y - 1) * std::log(x));
    const auto close = [](long double is, double wanted) {
      return std::fabs(static_cast<double>(is) - wanted) <= 1e-14 * std::fabs(wanted);
    };
    CHECK(close(v.at(v.d(dx, v.y), x, y), mixed));
    CHECK(close(v.at(v.d(dy, v.x), x, y), mixed));
    CHECK(close(v.at(v.d(dxx, v.y), x, y), third));
    const Seed seed{v.y.id, v.g.constant(1)};
    const NodeId ahead = forward(v.g, nullptr, std::span(&dx.id, 1), std::span(&seed, 1))[0];
    CHECK(close(v.at(ahead, x, y), mixed));
  }
}

TEST_CASE("a node that is differentiated by is held as independent") {
  Variables v;
  const Expr u = v.x * v.x;
  CHECK(static_cast<double>(v.at(v.d(u * u, u), 3)) == 18);
  const Seed seed{(u * u).id, v.g.constant(1)};
  const NodeId by[] = {u.id, v.x.id};
  const auto both = reverse(v.g, nullptr, "f", std::span(&seed, 1), by);
  CHECK(static_cast<double>(v.at(both[1], 3)) == 0);
}

TEST_CASE("a side that is not taken does not poison the derivative") {
  Variables v;
  const Expr l = log(v.y);
  SECTION("under two guards") {
    const Expr f = choose(0 < v.y, l * 2, v.y) + choose(1 < v.y, l * v.y, v.y * 3);
    const NodeId d = v.d(f, v.y);
    CHECK(static_cast<double>(v.at(d, 0, -0.5)) == 4);
    CHECK(static_cast<double>(v.at(d, 0, 0.0)) == 4);
    CHECK(static_cast<double>(v.at(d, 0, 0.5)) == 2 / 0.5 + 3);
    CHECK(static_cast<double>(v.at(d, 0, 2)) == Approx(1 + std::log(2.0) + 1));
  }
  SECTION("under one guard") {
    const Expr f = choose(0 < v.y, v.y * exp(v.y) * l, sin(v.y));
    CHECK(static_cast<double>(v.at(v.d(f, v.y), 0, -0.5)) == Approx(std::cos(-0.5)));
  }
  SECTION("in a maximum") {
    const Expr f = apply(Op::Max, log(v.x), v.y);
    CHECK(static_cast<double>(v.at(v.d(f, v.x), 0, 1)) == 0);
    CHECK(static_cast<double>(v.at(v.d(f, v.y), 0, 1)) == 1);
  }
  SECTION("through a root that both sides share") {
    const Expr r = sqrt(v.x);
    const Expr f = choose(0 < v.x, r * 3, r * 0);
    CHECK(static_cast<double>(v.at(v.d(f, v.x), 4)) == 0.75);
  }
}

TEST_CASE("nested guards of one condition never contradict themselves") {
  Variables v;
  const Expr c = 0 < v.x;
  const Expr f = choose(c, choose(c, v.x * v.x, 1 / v.x), choose(c, log(v.x), v.x * 5));
  CHECK(static_cast<double>(v.at(v.d(f, v.x), 3)) == 6);
  CHECK(static_cast<double>(v.at(v.d(f, v.x), -3)) == 5);
}

TEST_CASE("both sides of one condition come back as one choice") {
  Variables v;
  const Expr f = choose(v.x < v.y, v.x * 2, v.x * 3);
  const NodeId d = v.d(f, v.x);
  CHECK(v.g.op(d) == Op::If);
  CHECK(static_cast<double>(v.at(d, 0, 1)) == 2);
  CHECK(static_cast<double>(v.at(d, 1, 0)) == 3);
}

TEST_CASE("a chain of a hundred thousand operators is differentiated without recursion") {
  Variables v;
  Expr e = v.x;
  for (int i = 0; i < 100000; ++i) e = sin(e);
  const NodeId d = v.d(e, v.x);
  CHECK(v.g.op(d) == Op::Mul);
}

TEST_CASE("adjoints of the author's variables are named after them") {
  Variables v;
  Provenance p;
  const Expr z1 = v.x * v.y;
  p.add(z1.id, {"z1", "", {0, 1, 7}});
  const Expr f = sin(z1) * 2;
  const Seed seed{f.id, v.g.constant(1)};
  const NodeId by[] = {v.x.id};
  const NodeId dx = reverse(v.g, &p, "loss", std::span(&seed, 1), by)[0];
  const NodeId d_z1 = v.g.operand(dx, 0);  // g * y
  REQUIRE(p.named(d_z1));
  CHECK(p.named(d_z1)->name == "d_z1");
  CHECK(p.named(d_z1)->meaning == "d loss / d z1");
}
