#include "passes/stable_forms.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "gradient_check.hpp"
#include "ir/parse.hpp"
#include "ir/print.hpp"
#include "passes/differentiate.hpp"
#include "passes/pattern.hpp"

using namespace gradsmith;

namespace {

struct Scalars {
  Graph g;
  NodeId x = g.input("x", scalar_type(Element::F64));
  NodeId y = g.input("y", scalar_type(Element::F64));
  NodeId z = g.input("z", scalar_type(Element::F64));

  NodeId read(const std::string& text) { return parse_infix(g, text); }
  NodeId by_reverse(NodeId of, NodeId by) {
    const Seed seed{of, g.constant(1)};
    return reverse(g, nullptr, "f", std::span(&seed, 1), std::span(&by, 1))[0];
  }
  NodeId by_forward(NodeId of, NodeId by) {
    const Seed seed{by, g.constant(1)};
    return forward(g, nullptr, std::span(&of, 1), std::span(&seed, 1))[0];
  }
  double at(NodeId id, double vx, double vy = 0, double vz = 0) {
    return static_cast<double>(evaluate<double>(g, id, {{"x", vx}, {"y", vy}, {"z", vz}}).number());
  }
  /// The derivative of a formula by x at a point, the same by both accumulations.
  double derivative(const std::string& text, double vx, double vy = 0, double vz = 0) {
    const NodeId f = read(text);
    const double backward = at(by_reverse(f, x), vx, vy, vz);
    const double onward = at(by_forward(f, x), vx, vy, vz);
    INFO(text << " at " << vx << ": " << backward << " and " << onward);
    CHECK((backward == onward || std::fabs(backward / onward - 1) < 1e-13 ||
           (std::isnan(backward) && std::isnan(onward))));
    return backward;
  }
};

/// A row's shape over inputs named as its variables, and a condition where it has one.
NodeId instance(Graph& g, const Pattern& shape) {
  Match match;
  match.bound.fill(kNoNode);
  for (const char letter : {'x', 'y', 'v'}) {
    match.bound[static_cast<std::size_t>(letter - 'a')] =
        g.input(std::string(1, letter == 'v' ? 'y' : letter), scalar_type(Element::F64));
  }
  match.bound['p' - 'a'] = g.apply(Op::Lt, {match.bound['x' - 'a'], g.constant(1)});
  return *shape.instantiate(g, match);
}

void check_against_textbook(Scalars& s, NodeId f, std::initializer_list<double> points) {
  for (const NodeId by : {s.x, s.y, s.z}) {
    const NodeId textbook = textbook_derivative(s.g, f, by);
    const NodeId derived[] = {s.by_reverse(f, by), s.by_forward(f, by)};
    for (const double x : points) {
      const Environment at{{"x", x}, {"y", 0.5 + std::fabs(x)}, {"z", -0.25}};
      const long double expected = evaluate<long double>(s.g, textbook, at).number();
      if (std::isnan(expected)) continue;  // outside the domain
      for (const NodeId d : derived) {
        INFO(to_infix(s.g, f) << " by " << s.g.input_name(by) << " at " << x);
        const long double got = evaluate<long double>(s.g, d, at).number();
        // At ordinary points the textbook's rule is good to all but a few bits of long double, and
        // the constants of a series are doubles.
        CHECK(std::fabs(got - expected) <= 1e-14L * (1 + std::fabs(expected)));
      }
    }
  }
}

}  // namespace

TEST_CASE("every stable form is the textbook's derivative at ordinary points") {
  std::set<std::string_view> names;
  for (const StableRow& row : stable_rows()) {
    INFO(row.name);
    CHECK(names.insert(row.name).second);
    Scalars s;
    const NodeId f = instance(s.g, Pattern::parse(row.shape));
    CHECK(StableForms(s.g, std::span(&f, 1), [](NodeId) { return false; }).differential(f));
    check_against_textbook(s, f, {0.3, 0.6, 0.9, 1.5, 2.5, 3.5, -0.3, -0.6, -0.9, -1.5, -2.5});
  }
}

TEST_CASE("sums of exponentials and of squares are differentiated as the textbook does") {
  for (const std::string text : {"log(1 + exp(x))",
                                 "log(exp(-x) + 1)",
                                 "log1p(exp(x))",
                                 "log1p(exp(x) + exp(y))",
                                 "log2(exp(x) + exp(y))",
                                 "log10(exp(x) + 3)",
                                 "log(exp(x) + exp(y) + exp(z))",
                                 "log(2 * exp(x) + exp(y) * 3 + 4)",
                                 "log(exp(x) + exp(x))",
                                 "z + log(exp(x - z) + exp(y - z))",
                                 "log(exp(x - z) + exp(y - z)) - z",
                                 "log(exp(x - z) + exp(y - z))",
                                 "exp(x) / (exp(x) + exp(y) + exp(z))",
                                 "exp(x) / (exp(x) + exp(y))",
                                 "exp(x - z) / (exp(x - z) + exp(y - z))",
                                 "exp(x) * (1 / (exp(x) + exp(y) + exp(z)))",
                                 "(y * exp(x) + z * exp(y)) / (exp(x) + exp(y))",
                                 "z * exp(x) / (exp(x) + exp(y) + 1)",
                                 "1 / (1 + exp(x))",
                                 "y / (1 + exp(x))",
                                 "exp(x) / (1 + exp(x))",
                                 "exp(y) / (1 + exp(x))",
                                 "log(1 / (1 + exp(x)))",
                                 "log(exp(x) / (1 + exp(x)))",
                                 "log(exp(y) / (exp(x) + exp(y)))",
                                 "sqrt(x * x + y * y + z * z)",
                                 "sqrt(x * x)",
                                 "sqrt(x * x + 2)",
                                 "x / sqrt(x * x + y * y)",
                                 "log(1 + exp(x)) * exp(x) + (1 + exp(x)) * sqrt(1 + exp(x))"}) {
    Scalars s;
    check_against_textbook(s, s.read(text), {0.3, 1.5, 2.5, -0.3, -1.5});
  }
}

TEST_CASE("the loss of a logistic unit has its derivative where its value is infinite") {
  Scalars s;
  const std::string loss = "x - x * y + log(1 + exp(-x))";
  CHECK(s.derivative(loss, -800, 0.25) == -0.25);
  CHECK(s.derivative(loss, 800, 0.25) == 0.75);
  CHECK(std::isinf(s.at(s.read(loss), -800, 0.25)));
}

TEST_CASE("derivatives stay finite where a value overflows or underflows") {
  Scalars s;
  CHECK(s.derivative("log(exp(x) + exp(y) + exp(z))", 1000, 1000, 0) == 0.5);
  CHECK(s.derivative("log(exp(x) + exp(y) + exp(z))", -1000, -1000, -2000) == 0.5);
  CHECK(s.derivative("exp(x) / (exp(x) + exp(y))", 1000, 1000) == 0.25);
  CHECK(s.derivative("log(cosh(x))", -1000) == -1);
  CHECK(s.derivative("sqrt(x * x + y * y)", 3e200, 4e200) == Approx(0.6).epsilon(1e-15));
  CHECK(s.derivative("sqrt(x * x + y * y)", 3e-200, 4e-200) == Approx(0.6).epsilon(1e-15));
  CHECK(s.derivative("atan2(x, y)", 0, 1e-200) == Approx(1e200).epsilon(1e-15));
  CHECK(s.derivative("x / (exp(x) - 1)", 1e-300) == -0.5);
  // No derivative exists here.
  CHECK(std::isnan(s.derivative("sqrt(x * x + y * y)", 0, 0)));
}

TEST_CASE("a shift keeps a sum in range only where it is the largest exponent") {
  Scalars s;
  const std::string largest = "log(exp(x - fmax(x, y)) + exp(y - fmax(x, y)))";
  CHECK(s.derivative("fmax(x, y) + " + largest, -1000, -1000) == 0.5);
  const NodeId plain = s.by_reverse(s.read("fmax(x, y) + " + largest), s.x);
  CHECK(to_infix(s.g, plain).find("?") == std::string::npos);
  const std::string beyond = "log(exp(x - fmax(x, 9)) + exp(y - fmax(x, 9)))";
  CHECK(s.derivative("fmax(x, 9) + " + beyond, -1000, -1000) == 0.5);
  CHECK(s.derivative("z + log(exp(x - z) + exp(y - z))", 1000, 1000, -1) == 0.5);
}

TEST_CASE("second derivatives are those of the stable forms") {
  for (const double x : {-800.0, -40.0, -1.0, 0.0, 1.0, 40.0, 800.0}) {
    Scalars s;
    const NodeId once = s.by_reverse(s.read("log(1 + exp(x))"), s.x);
    const double got = s.at(s.by_forward(once, s.x), x);
    const long double q = std::exp(-std::fabs(static_cast<long double>(x)));
    const auto expected = static_cast<double>(q / ((1 + q) * (1 + q)));
    INFO(x << ": " << got);
    CHECK(got == Approx(expected).epsilon(1e-15).margin(1e-300));
  }
}

TEST_CASE("no form reaches through what is differentiated by") {
  Scalars s;
  const NodeId e = s.read("exp(x)");
  CHECK(s.at(s.by_reverse(s.read("log(1 + exp(x))"), e), 0) == 0.5);
  CHECK(s.at(s.by_forward(s.read("log(1 + exp(x))"), e), 0) == 0.5);
  const NodeId sum = s.read("1 + exp(x)");
  CHECK(s.at(s.by_reverse(s.read("log(1 + exp(x))"), sum), 0) == 0.5);
  CHECK(s.at(s.by_reverse(s.read("1 / (1 + exp(x))"), sum), 0) == -0.25);
  const NodeId square = s.read("x * x");
  CHECK(s.at(s.by_reverse(s.read("sqrt(x * x + 3)"), square), 1) == 0.25);
}

TEST_CASE("the work on a softmax grows as the number of its terms") {
  const auto size_of = [](int n) {
    Graph g;
    std::vector<NodeId> inputs;
    std::vector<NodeId> exponentials;
    for (int i = 0; i < n; ++i) {
      inputs.push_back(g.input("s" + std::to_string(i), scalar_type(Element::F64)));
      exponentials.push_back(g.apply(Op::Exp, {inputs.back()}));
    }
    NodeId sum = exponentials[0];
    for (int i = 1; i < n; ++i)
      sum = g.apply(Op::Add, {sum, exponentials[static_cast<std::size_t>(i)]});
    std::vector<Seed> seeds;
    for (NodeId e : exponentials) {
      const NodeId share = g.apply(Op::Div, {e, sum});
      seeds.push_back({g.apply(Op::Mul, {share, share}), g.constant(1)});
    }
    reverse(g, nullptr, "f", seeds, inputs);
    return g.size();
  };
  const std::size_t small = size_of(500);
  CHECK(size_of(4000) < 8 * small + 100);
}
