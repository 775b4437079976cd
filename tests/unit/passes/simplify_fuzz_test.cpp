// Random functions, simplified: the value is kept as the policy says, nothing becomes dearer, and
// simplifying again changes nothing.

#include <algorithm>
#include <catch2/catch.hpp>

#include "ir/expr.hpp"
#include "ir/print.hpp"
#include "ir/verify.hpp"
#include "passes/simplify.hpp"
#include "scalar_graphs.hpp"

namespace gradsmith::test {
namespace {

using Random = std::mt19937_64;

/// Which operators take part.
struct Menu {
  std::vector<Op> unary;
  std::vector<Op> binary;
};

// Without copysign and atan2, which show zero's sign in finite results.
const Menu finite_menu{
    {Op::Neg, Op::Neg, Op::Exp, Op::Log, Op::Sqrt, Op::Sin, Op::Cos, Op::Tanh, Op::Fabs, Op::Floor},
    {Op::Add, Op::Add, Op::Sub, Op::Sub, Op::Mul, Op::Mul, Op::Mul, Op::Div, Op::Pow, Op::Min,
     Op::Fmax, Op::Hypot}};

Menu strict_menu() {
  Menu menu = finite_menu;
  menu.unary.insert(menu.unary.end(), {Op::Expm1, Op::Cbrt, Op::Erf, Op::Round, Op::Atan});
  menu.binary.insert(menu.binary.end(), {Op::Copysign, Op::Atan2, Op::Fmod});
  return menu;
}

// What is well conditioned at inputs of ordinary size, mostly.
const Menu smooth_menu{
    {Op::Neg, Op::Neg, Op::Sin, Op::Cos, Op::Tanh, Op::Fabs, Op::Sqrt, Op::Exp},
    {Op::Add, Op::Add, Op::Sub, Op::Sub, Op::Mul, Op::Mul, Op::Mul, Op::Div, Op::Div, Op::Pow}};

template <class T>
const T& pick(const std::vector<T>& from, Random& random) {
  return from[random() % from.size()];
}

/// A function of x, y, z whose nodes lean on the latest ones, so that patterns have depth.
Function random_function(Random& random, const Menu& menu, Element element, int size) {
  static const std::vector<double> constants{0, 0, 1, 1, -1, 2, 2, -2, 3, 0.5, -0.5, 4, 7, -0.25};
  static const std::vector<double> exponents{0, 1, 2, 3, 4, -1, -2, 0.5, -0.5, 1.5, 2.5};
  static const std::vector<Op> comparisons{Op::Lt, Op::Le, Op::Gt, Op::Ge, Op::Eq, Op::Ne};
  Function f;
  Graph& g = f.graph;
  std::vector<NodeId> numbers;
  std::vector<NodeId> truths{g.boolean(true), g.boolean(false)};
  for (const char* name : {"x", "y", "z"}) numbers.push_back(g.input(name, scalar_type(element)));
  const auto number = [&] {
    if (random() % 4 == 0) return g.constant(pick(constants, random), element);
    const std::size_t recent = std::min<std::size_t>(numbers.size(), 6);
    return random() % 3 == 0 ? pick(numbers, random)
                             : numbers[numbers.size() - 1 - random() % recent];
  };
  while (static_cast<int>(numbers.size()) < size) {
    switch (random() % 10) {
      case 0:
        truths.push_back(g.apply(pick(comparisons, random), {number(), number()}));
        break;
      case 1:
        truths.push_back(random() % 3 == 0 ? g.apply(Op::Not, {pick(truths, random)})
                                           : g.apply(random() % 2 ? Op::And : Op::Or,
                                                     {pick(truths, random), pick(truths, random)}));
        break;
      case 2: {
        const NodeId a = number();
        numbers.push_back(g.choose(pick(truths, random), a, number()));
        break;
      }
      case 3:
      case 4:
        numbers.push_back(g.apply(pick(menu.unary, random), {number()}));
        break;
      default: {
        const Op op = pick(menu.binary, random);
        const NodeId a = number();
        const NodeId b = op == Op::Pow ? g.constant(pick(exponents, random), element) : number();
        numbers.push_back(g.apply(op, {a, b}));
      }
    }
  }
  for (int k = 0; k < 4; ++k) {
    f.outputs.push_back({"out" + std::to_string(k),
                         {},
                         numbers[numbers.size() - 1 - static_cast<std::size_t>(3 * k)]});
  }
  return f;
}

std::vector<NodeId> nodes_of(const Function& f) { return reachable(f.graph, output_values(f)); }

int cost(const Function& f) {
  int sum = 0;
  for (NodeId id : nodes_of(f)) {
    const Op op = f.graph.op(id);
    if (op == Op::Constant || op == Op::Input) continue;
    sum += is_operator(op) ? op_row(op).cost : 1;
  }
  return sum;
}

template <class T>
std::vector<T> inputs_at(const Graph& g, const std::array<T, 3>& point) {
  std::vector<T> inputs(g.size(), T(0));
  for (NodeId id = 0; id < g.size(); ++id) {
    if (g.op(id) == Op::Input)
      inputs[id] = point[static_cast<std::size_t>(g.input_name(id)[0] - 'x')];
  }
  return inputs;
}

void check_shape(const Function& before, const Function& after) {
  CHECK(violations(after.graph).empty());
  CHECK(cost(after) <= cost(before));
  const Function again = simplify(after);
  for (std::size_t k = 0; k < after.outputs.size(); ++k) {
    if (again.outputs[k].value == after.outputs[k].value) continue;
    CHECK(to_infix(again.graph, again.outputs[k].value) ==
          to_infix(after.graph, after.outputs[k].value));
  }
}

/// Compares both functions' outputs bit by bit at many points; `finite` asks for points where
/// everything in `before` is finite, and leaves zero's sign open. Returns how many were compared.
template <class T>
int compare_bits(const Function& before, const Function& after, bool finite, Random& random) {
  const std::vector<NodeId> before_nodes = nodes_of(before);
  const std::vector<NodeId> after_nodes = nodes_of(after);
  int compared = 0;
  for (int trial = 0; trial < 24; ++trial) {
    std::array<T, 3> point;
    for (T& x : point) x = random_number<T>(random);
    const auto b = evaluate_scalars<T>(before.graph, before_nodes, inputs_at(before.graph, point));
    const auto a = evaluate_scalars<T>(after.graph, after_nodes, inputs_at(after.graph, point));
    if (finite && !std::all_of(before_nodes.begin(), before_nodes.end(),
                               [&](NodeId id) { return std::isfinite(b[id]); })) {
      continue;
    }
    // A NaN's sign is as little promised as its payload, and copysign shows it.
    if (std::any_of(before_nodes.begin(), before_nodes.end(), [&](NodeId id) {
          return before.graph.op(id) == Op::Copysign && std::isnan(b[before.graph.operand(id, 1)]);
        })) {
      continue;
    }
    ++compared;
    for (std::size_t k = 0; k < before.outputs.size(); ++k) {
      const T was = b[before.outputs[k].value];
      const T is = a[after.outputs[k].value];
      if (finite ? same_but_for_zero_sign(was, is) : same_bits(was, is)) continue;
      INFO("at " << point[0] << ", " << point[1] << ", " << point[2]);
      INFO("before " << to_infix(before.graph, before.outputs[k].value));
      INFO("after  " << to_infix(after.graph, after.outputs[k].value));
      CHECK(is == was);
      return compared;
    }
  }
  return compared;
}

}  // namespace

TEST_CASE("strict: random functions keep every bit, in double and in float") {
  Random random(11);
  const Menu menu = strict_menu();
  int compared = 0;
  for (int trial = 0; trial < 1500; ++trial) {
    const Element element = trial % 2 == 0 ? Element::F64 : Element::F32;
    Function f = random_function(random, menu, element, 12 + static_cast<int>(random() % 40));
    f.value_outputs = f.outputs.size();
    f.policy = FpPolicy::Strict;
    INFO("trial " << trial);
    const Function after = simplify(f);
    check_shape(f, after);
    compared += element == Element::F64 ? compare_bits<double>(f, after, false, random)
                                        : compare_bits<float>(f, after, false, random);
  }
  CHECK(compared > 24 * 1200);
}

TEST_CASE("finite: random functions keep every bit but zero's sign where all is finite") {
  Random random(12);
  int compared = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    const Element element = trial % 2 == 0 ? Element::F64 : Element::F32;
    Function f =
        random_function(random, finite_menu, element, 12 + static_cast<int>(random() % 30));
    f.value_outputs = f.outputs.size();
    INFO("trial " << trial);
    const Function after = simplify(f);
    check_shape(f, after);
    compared += element == Element::F64 ? compare_bits<double>(f, after, true, random)
                                        : compare_bits<float>(f, after, true, random);
  }
  CHECK(compared > 3000);
}

TEST_CASE("free nodes keep their value in real arithmetic, and the author's keep their bits") {
  Random random(13);
  int compared = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    Function f =
        random_function(random, smooth_menu, Element::F64, 12 + static_cast<int>(random() % 30));
    f.value_outputs = static_cast<std::size_t>(trial % 2);
    INFO("trial " << trial);
    const Function after = simplify(f);
    check_shape(f, after);
    const std::vector<NodeId> before_nodes = nodes_of(f);
    const std::vector<NodeId> after_nodes = nodes_of(after);
    for (int point = 0; point < 10; ++point) {
      std::array<double, 3> at{};
      std::array<long double, 3> precise{};
      for (std::size_t k = 0; k < 3; ++k) precise[k] = at[k] = random_fraction(random);
      const auto exact =
          evaluate_scalars<long double>(f.graph, before_nodes, inputs_at(f.graph, precise));
      const auto rough = evaluate_scalars<double>(f.graph, before_nodes, inputs_at(f.graph, at));
      const auto is =
          evaluate_scalars<long double>(after.graph, after_nodes, inputs_at(after.graph, precise));
      // Where double and long double disagree on the original, it is ill conditioned, and says
      // nothing about the result; nor does a point beside a jump or the end of a domain.
      const auto beside_jump = [&](NodeId id) {
        const Op op = f.graph.op(id);
        if (op != Op::Sqrt && op != Op::Pow && f.graph.element(id) != Element::Bool) return false;
        const auto o = f.graph.operands(id);
        if (o.empty() || f.graph.element(o[0]) == Element::Bool) return false;
        const bool compares = f.graph.element(id) == Element::Bool;
        return std::fabs(exact[o[0]] - (compares ? exact[o[1]] : 0)) < 1e-9L;
      };
      const bool sound = std::all_of(before_nodes.begin(), before_nodes.end(), [&](NodeId id) {
        return std::isfinite(exact[id]) && std::fabs(exact[id]) < 1e6L && !beside_jump(id) &&
               std::fabs(exact[id] - static_cast<long double>(rough[id])) <=
                   1e-12L * (1 + std::fabs(exact[id]));
      });
      if (!sound) continue;
      ++compared;
      if (f.value_outputs == 1) {
        const auto bits =
            evaluate_scalars<double>(after.graph, after_nodes, inputs_at(after.graph, at));
        CHECK(bits[after.outputs[0].value] == rough[f.outputs[0].value]);
      }
      for (std::size_t k = 0; k < f.outputs.size(); ++k) {
        const long double was = exact[f.outputs[k].value];
        INFO("before " << to_infix(f.graph, f.outputs[k].value));
        INFO("after  " << to_infix(after.graph, after.outputs[k].value));
        CHECK(static_cast<double>(is[after.outputs[k].value]) ==
              Approx(static_cast<double>(was)).epsilon(1e-8).margin(1e-8));
      }
    }
  }
  CHECK(compared > 5000);
}

TEST_CASE("step after step comes to an end, and the value is kept on the way") {
  Random random(14);
  for (int trial = 0; trial < 500; ++trial) {
    Function f =
        random_function(random, strict_menu(), Element::F64, 12 + static_cast<int>(random() % 20));
    f.value_outputs = f.outputs.size();
    f.policy = FpPolicy::Strict;
    INFO("trial " << trial);
    Function now = f;
    int steps = 0;
    for (bool changed = true; changed; ++steps) {
      REQUIRE(steps < 200);
      const std::vector<NodeId> before = output_values(now);
      now = simplify_step(std::move(now));
      changed = output_values(now) != before;
    }
    compare_bits<double>(f, now, false, random);
  }
}

TEST_CASE("a free function that is simplified step by step comes to an end too") {
  Random random(15);
  for (int trial = 0; trial < 500; ++trial) {
    Function now =
        random_function(random, smooth_menu, Element::F64, 12 + static_cast<int>(random() % 20));
    INFO("trial " << trial);
    int steps = 0;
    for (bool changed = true; changed; ++steps) {
      REQUIRE(steps < 200);
      const std::vector<NodeId> before = output_values(now);
      now = simplify_step(std::move(now));
      changed = output_values(now) != before;
    }
  }
}

TEST_CASE("random integer functions keep their value") {
  Random random(16);
  for (int trial = 0; trial < 1000; ++trial) {
    Function f;
    Graph& g = f.graph;
    std::vector<NodeId> nodes;
    for (const char* name : {"x", "y", "z"})
      nodes.push_back(g.input(name, scalar_type(Element::Index)));
    const std::vector<Op> ops{Op::Add, Op::Sub, Op::Mul, Op::Neg, Op::Min, Op::Max};
    for (int k = 0; k < 12; ++k) {
      const auto operand = [&] {
        return random() % 3 == 0 ? g.index(static_cast<std::int64_t>(random() % 7) - 3)
                                 : pick(nodes, random);
      };
      const Op op = pick(ops, random);
      const NodeId a = operand();
      nodes.push_back(op == Op::Neg ? g.apply(op, {a}) : g.apply(op, {a, operand()}));
      if (k % 4 == 3) {
        const NodeId less = g.apply(Op::Lt, {operand(), operand()});
        nodes.push_back(g.choose(g.apply(Op::Not, {less}), nodes.back(), operand()));
      }
    }
    f.outputs.push_back({"", {}, nodes.back()});
    f.value_outputs = 1;
    f.policy = FpPolicy::Strict;
    INFO("trial " << trial << ": " << to_infix(g, nodes.back()));
    const Function after = simplify(f);
    check_shape(f, after);
    for (int point = 0; point < 5; ++point) {
      std::array<long double, 3> at{};
      for (long double& x : at) x = static_cast<long double>(random() % 5) - 2;
      const auto was = evaluate_scalars<long double>(f.graph, nodes_of(f), inputs_at(f.graph, at));
      const auto is =
          evaluate_scalars<long double>(after.graph, nodes_of(after), inputs_at(after.graph, at));
      // Beyond 2^63 the integers themselves are undefined.
      if (std::fabs(was[f.outputs[0].value]) < 0x1p60L) {
        CHECK(is[after.outputs[0].value] == was[f.outputs[0].value]);
      }
    }
  }
}

}  // namespace gradsmith::test
