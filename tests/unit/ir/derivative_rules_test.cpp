#include "ir/derivative_rules.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "ir/evaluate.hpp"
#include "unit/special_numbers.hpp"

using namespace gradsmith;
using namespace gradsmith::test;

namespace {

const char* const kNames[] = {"x", "y", "z"};
const char* const kTangents[] = {"dx", "dy", "dz"};

/// One operator on variables x, y, z, with its tangent and its pullbacks.
struct Rule {
  explicit Rule(const OpRow& r) : row(r) {
    const Element kind = r.signature == Signature::Integer ? Element::Index
                         : r.signature == Signature::Logic ? Element::Bool
                                                           : Element::F64;
    for (int i = 0; i < 3; ++i) {
      const bool order = r.signature == Signature::OrderReal && i == 0;
      operands.push_back(variable(kNames[i], order ? Element::Index : kind));
      tangents.push_back(variable(kTangents[i], Element::F64));
    }
    if (r.operands == 1) value = apply(r.op, operands[0]);
    if (r.operands == 2) value = apply(r.op, operands[0], operands[1]);
    if (r.operands == 3) value = apply(r.op, operands[0], operands[1], operands[2]);
    adjoint = variable("g", Element::F64);
    tangent_rule = tangent(r.op, operands[0], operands[1], operands[2], value, tangents[0],
                           tangents[1], tangents[2]);
    for (int i = 0; i < r.operands; ++i) {
      const Contribution c =
          pullback(r.op, i, operands[0], operands[1], operands[2], value, adjoint);
      // What `when` and `unless` mean, as an expression.
      Expr received = c.value.value_or(constant_like(adjoint, 0));
      if (c.guard) {
        received = c.polarity ? choose(*c.guard, received, 0) : choose(*c.guard, 0, received);
      }
      pullbacks.push_back(received);
    }
  }

  Expr variable(const char* name, Element element) {
    return {&graph, graph.input(name, scalar_type(element))};
  }

  template <class T = long double>
  long double at(const Expr& e, const Environment& point) const {
    return evaluate<T>(graph, e.id, point).number();
  }

  OpRow row;
  Graph graph;
  std::vector<Expr> operands;
  std::vector<Expr> tangents;
  std::vector<Expr> pullbacks;
  Expr value;
  Expr adjoint;
  Expr tangent_rule;
};

bool is_real(const OpRow& row) {
  return row.signature == Signature::Real || row.signature == Signature::Arith ||
         row.signature == Signature::OrderReal;
}

/// Points inside the operator's domain, away from its poles.
Environment random_point(Op op, std::mt19937& random) {
  std::uniform_real_distribution<double> wide(-3, 3);
  std::uniform_real_distribution<double> unit(-0.95, 0.95);
  std::uniform_real_distribution<double> positive(0.1, 4);
  Environment point;
  for (const char* name : {"x", "y", "z"}) point[name] = wide(random);
  for (const char* name : {"dx", "dy", "dz", "g"}) point[name] = wide(random);
  switch (op) {
    case Op::Log:
    case Op::Log2:
    case Op::Log10:
    case Op::Log1p:
    case Op::Sqrt:
    case Op::Pow:
      point["x"] = positive(random);
      break;
    case Op::Asin:
    case Op::Acos:
    case Op::Atanh:
      point["x"] = unit(random);
      break;
    case Op::Acosh:
      point["x"] = 1 + positive(random);
      break;
    case Op::Polygamma:
      point["x"] = Value::index(static_cast<std::int64_t>(random() % 4));
      [[fallthrough]];
    case Op::Lgamma:
    case Op::Tgamma: {
      // Between the poles at 0, -1, -2.
      const double y = positive(random);
      const char* name = op == Op::Polygamma ? "y" : "x";
      point[name] = random() % 2 == 0 ? y : std::floor(-y) + 0.2 + 0.6 * (y - std::floor(y));
      break;
    }
    default:
      break;
  }
  return point;
}

/// Away from steps and kinks, where a difference would look across.
bool is_smooth_near(Op op, const Environment& p) {
  const long double x = p.at("x").number();
  const long double y = p.at("y").number();
  const auto off = [](long double t) { return std::fabs(t) > 0.05L; };
  switch (op) {
    case Op::Fabs:
      return off(x);
    case Op::Copysign:
      return off(x) && off(y);
    case Op::Fmin:
    case Op::Fmax:
    case Op::Min:
    case Op::Max:
      return off(x - y);
    case Op::Floor:
    case Op::Ceil:
    case Op::Trunc:
      return off(x - std::round(x));
    case Op::Round:
      return off(x - std::floor(x) - 0.5L);
    case Op::Fmod:
      return std::fabs(y) > 0.5L && std::fabs(x / y - std::round(x / y)) > 0.1L;
    case Op::Div:
      return off(y);
    case Op::Tan:
      return off(std::cos(x));
    case Op::Cbrt:
      return off(x);
    case Op::Atan2:
    case Op::Hypot:
      return off(x) && off(y);
    default:
      return true;
  }
}

/// The directional derivative by central differences, extrapolated three times.
long double difference(const Rule& rule, const Environment& point) {
  long double table[4];
  long double h = 0x1p-8L;
  for (int row = 0; row < 4; ++row, h /= 2) {
    long double sides[2];
    for (int side = 0; side < 2; ++side) {
      Environment moved = point;
      for (int i = 0; i < rule.row.operands; ++i) {
        const bool order = rule.row.signature == Signature::OrderReal && i == 0;
        if (order) continue;
        moved.at(kNames[i]).numbers[0] +=
            (side == 0 ? h : -h) * point.at(kTangents[i]).number() / 3;
      }
      sides[side] = rule.at(rule.value, moved);
    }
    long double estimate = (sides[0] - sides[1]) / (2 * h / 3);
    long double factor = 1;
    for (int k = 0; k < row; ++k) {
      factor *= 4;
      const long double better = estimate + (estimate - table[k]) / (factor - 1);
      table[k] = estimate;
      estimate = better;
    }
    table[row] = estimate;
  }
  return table[3];
}

}  // namespace

TEST_CASE("every tangent is the directional derivative that differences show") {
  std::mt19937 random(1);
  for (const OpRow& row : op_rows()) {
    if (!is_real(row)) continue;
    const Rule rule(row);
    int compared = 0;
    for (int i = 0; i < 100; ++i) {
      const Environment point = random_point(row.op, random);
      if (!is_smooth_near(row.op, point)) continue;
      const long double expected = difference(rule, point);
      const long double got = rule.at(rule.tangent_rule, point);
      INFO(row.name << " at " << point.at("x").number() << ", " << point.at("y").number() << ": "
                    << got << ", not " << expected);
      REQUIRE(std::fabs(got - expected) <= 1e-8L * (1 + std::fabs(expected)));
      ++compared;
    }
    INFO(row.name);
    CHECK(compared > 40);
  }
}

TEST_CASE("every pullback is the adjoint times the tangent's coefficient") {
  std::mt19937 random(2);
  for (const OpRow& row : op_rows()) {
    if (!is_real(row)) continue;
    const Rule rule(row);
    for (int i = 0; i < 200; ++i) {
      Environment point = random_point(row.op, random);
      for (int which = 0; which < row.operands; ++which) {
        if (row.signature == Signature::OrderReal && which == 0) continue;
        for (int k = 0; k < 3; ++k) point[kTangents[k]] = k == which ? 1 : 0;
        const long double coefficient = rule.at(rule.tangent_rule, point);
        const long double expected = coefficient * point.at("g").number();
        const long double got = rule.at(rule.pullbacks[static_cast<std::size_t>(which)], point);
        INFO(row.name << ", operand " << which << ": " << got << ", not " << expected);
        REQUIRE(std::fabs(got - expected) <= 1e-17L * (1 + std::fabs(expected)));
      }
    }
  }
}

TEST_CASE("operators on integers, comparisons and logic have no derivative") {
  for (const OpRow& row : op_rows()) {
    if (is_real(row)) continue;
    INFO(row.name);
    const Rule rule(row);
    CHECK(rule.graph.is_constant(rule.tangent_rule.id, 0));
    for (int i = 0; i < row.operands; ++i) {
      const Contribution c = pullback(row.op, i, rule.operands[0], rule.operands[1],
                                      rule.operands[2], rule.value, rule.adjoint);
      CHECK_FALSE(c.value);
    }
  }
}

namespace {

/// What each operand of `op` receives at a point from the adjoint 1.
std::vector<double> partials(Op op, double x, double y = 0) {
  const Rule rule(op_row(op));
  std::vector<double> all;
  for (const Expr& e : rule.pullbacks) {
    all.push_back(
        static_cast<double>(rule.at<double>(e, {{"x", x}, {"y", y}, {"z", 0}, {"g", 1}})));
  }
  return all;
}

using Numbers = std::vector<double>;

}  // namespace

TEST_CASE("the absolute value has derivative 0 at 0, of either sign") {
  CHECK(partials(Op::Fabs, 2) == Numbers{1});
  CHECK(partials(Op::Fabs, -2) == Numbers{-1});
  CHECK(partials(Op::Fabs, 0.0) == Numbers{0});
  CHECK(partials(Op::Fabs, -0.0) == Numbers{0});
}

TEST_CASE("minima and maxima pass everything to what the function returns, the first at ties") {
  for (Op op : {Op::Min, Op::Fmin}) {
    CHECK(partials(op, 1, 2) == Numbers{1, 0});
    CHECK(partials(op, 2, 1) == Numbers{0, 1});
    CHECK(partials(op, 2, 2) == Numbers{1, 0});
    CHECK(partials(op, 1, kNan) == Numbers{1, 0});
  }
  for (Op op : {Op::Max, Op::Fmax}) {
    CHECK(partials(op, 1, 2) == Numbers{0, 1});
    CHECK(partials(op, 2, 1) == Numbers{1, 0});
    CHECK(partials(op, 2, 2) == Numbers{1, 0});
    CHECK(partials(op, 1, kNan) == Numbers{1, 0});
  }
  // fmin and fmax pass over a NaN, std::min and std::max return their first operand.
  CHECK(partials(Op::Fmin, kNan, 1) == Numbers{0, 1});
  CHECK(partials(Op::Fmax, kNan, 1) == Numbers{0, 1});
  CHECK(partials(Op::Min, kNan, 1) == Numbers{1, 0});
  CHECK(partials(Op::Max, kNan, 1) == Numbers{1, 0});
}

TEST_CASE("steps have derivative 0 everywhere, also at the steps") {
  for (Op op : {Op::Floor, Op::Ceil, Op::Round, Op::Trunc}) {
    for (double x : {-1.0, -0.5, 0.0, 0.5, 1.0, 2.25}) CHECK(partials(op, x) == Numbers{0});
  }
}

TEST_CASE("a power has partial 0 by its base at exponent 0, and by its exponent at base 0") {
  CHECK(partials(Op::Pow, 0, 0) == Numbers{0, 0});
  CHECK(partials(Op::Pow, 3, 0) == Numbers{0, std::log(3.0)});
  CHECK(partials(Op::Pow, 0, 2) == Numbers{0, 0});
  CHECK(partials(Op::Pow, 0, 1) == Numbers{1, 0});
  CHECK(partials(Op::Pow, kInfinity, 0)[0] == 0);
  // Elsewhere the formulas hold, with a NaN where log does not exist.
  CHECK(partials(Op::Pow, -2, 3)[0] == 12);
  CHECK(std::isnan(partials(Op::Pow, -2, 3)[1]));
}

TEST_CASE("domain ends have the infinite derivative of the formula") {
  CHECK(partials(Op::Sqrt, 0) == Numbers{kInfinity});
  CHECK(partials(Op::Cbrt, 0) == Numbers{kInfinity});
  CHECK(partials(Op::Log, 0) == Numbers{kInfinity});
  CHECK(partials(Op::Asin, 1) == Numbers{kInfinity});
  CHECK(partials(Op::Acos, -1) == Numbers{-kInfinity});
  CHECK(partials(Op::Acosh, 1) == Numbers{kInfinity});
  CHECK(partials(Op::Atanh, 1) == Numbers{kInfinity});
  CHECK(std::isnan(partials(Op::Hypot, 0, 0)[0]));
}

TEST_CASE("a NaN operand gives a NaN derivative wherever the value depends on it") {
  for (const OpRow& row : op_rows()) {
    if (row.signature != Signature::Real || row.operands != 1) continue;
    const bool step =
        row.op == Op::Floor || row.op == Op::Ceil || row.op == Op::Round || row.op == Op::Trunc;
    // At a kink the branch decides, and no comparison holds for NaN; a sign has derivative 1.
    const bool kink = row.op == Op::Fabs;
    INFO(row.name);
    if (step || kink) {
      CHECK(partials(row.op, kNan) == Numbers{0});
    } else {
      CHECK(std::isnan(partials(row.op, kNan)[0]));
    }
  }
}

TEST_CASE("accurate derivatives at points where the textbook formula cancels") {
  // 1 - x*x near 1 is formed as (1 - x)(1 + x).
  const long double x = 1 - 0x1p-40L;
  CHECK(partials(Op::Asin, static_cast<double>(x))[0] ==
        Approx(static_cast<double>(1 / std::sqrt((1 - x) * (1 + x)))).epsilon(1e-15));
  const long double a = 1 + 0x1p-40L;
  CHECK(partials(Op::Acosh, static_cast<double>(a))[0] ==
        Approx(static_cast<double>(1 / std::sqrt((a - 1) * (a + 1)))).epsilon(1e-15));
}
