#pragma once

// Random functions of scalars, and whether a pass has kept their values.

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

#include "ir/print.hpp"
#include "scalar_graphs.hpp"

namespace gradsmith::test {

using Random = std::mt19937_64;

/// Which operators take part.
struct Menu {
  std::vector<Op> unary;
  std::vector<Op> binary;
};

// Without copysign and atan2, which show zero's sign in finite results.
inline const Menu finite_menu{
    {Op::Neg, Op::Neg, Op::Exp, Op::Log, Op::Sqrt, Op::Sin, Op::Cos, Op::Tanh, Op::Fabs, Op::Floor},
    {Op::Add, Op::Add, Op::Sub, Op::Sub, Op::Mul, Op::Mul, Op::Mul, Op::Div, Op::Pow, Op::Min,
     Op::Fmax, Op::Hypot}};

inline Menu strict_menu() {
  Menu menu = finite_menu;
  menu.unary.insert(menu.unary.end(), {Op::Expm1, Op::Cbrt, Op::Erf, Op::Round, Op::Atan});
  menu.binary.insert(menu.binary.end(), {Op::Copysign, Op::Atan2, Op::Fmod});
  return menu;
}

// What algebra works on.
inline const Menu algebra_menu{
    {Op::Neg, Op::Neg, Op::Sin},
    {Op::Add, Op::Add, Op::Add, Op::Sub, Op::Sub, Op::Mul, Op::Mul, Op::Mul, Op::Div}};

// What is well conditioned at inputs of ordinary size, mostly.
inline const Menu smooth_menu{
    {Op::Neg, Op::Neg, Op::Sin, Op::Cos, Op::Tanh, Op::Fabs, Op::Sqrt, Op::Exp},
    {Op::Add, Op::Add, Op::Sub, Op::Sub, Op::Mul, Op::Mul, Op::Mul, Op::Div, Op::Div, Op::Pow}};

template <class T>
const T& pick(const std::vector<T>& from, Random& random) {
  return from[random() % from.size()];
}

/// A function of x, y, z whose nodes lean on the latest ones, so that patterns have depth.
inline Function random_function(Random& random, const Menu& menu, Element element, int size) {
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

inline std::vector<NodeId> nodes_of(const Function& f) {
  return reachable(f.graph, output_values(f));
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

/// Compares both functions in long double at ten points, where `f` is well conditioned: free
/// outputs closely, a value output (the first, if any) bit by bit in double. Returns at how many
/// points.
inline int check_kept(const Function& f, const Function& after, Random& random) {
  int compared = 0;
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
  return compared;
}

}  // namespace gradsmith::test
