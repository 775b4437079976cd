// Random functions, simplified: the value is kept as the policy says, nothing becomes dearer, and
// simplifying again changes nothing.

#include <algorithm>
#include <catch2/catch.hpp>

#include "ir/expr.hpp"
#include "ir/print.hpp"
#include "ir/verify.hpp"
#include "passes/simplify.hpp"
#include "random_functions.hpp"

namespace gradsmith::test {
namespace {

int cost(const Function& f) {
  int sum = 0;
  for (NodeId id : nodes_of(f)) {
    const Op op = f.graph.op(id);
    if (op == Op::Constant || op == Op::Input) continue;
    sum += is_operator(op) ? op_row(op).cost : 1;
  }
  return sum;
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
    compared += check_kept(f, after, random);
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
