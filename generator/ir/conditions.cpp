#include "ir/conditions.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace gradsmith {
namespace {

constexpr int kDeepest = 8;

bool is_integral(const Graph& g, NodeId comparison) {
  return !is_floating(g.element(g.operand(comparison, 0)));
}

/// A condition that holds, or does not.
struct Fact {
  NodeId condition;
  bool holds;
};

std::optional<bool> decided(const Graph& g, NodeId condition, const std::vector<Fact>& given,
                            int depth) {
  for (const Fact& fact : given) {
    if (fact.condition == condition) return fact.holds;
    if (are_opposite(g, fact.condition, condition)) return !fact.holds;
  }
  if (depth == kDeepest) return {};
  const auto of = [&](std::size_t k) {
    return decided(g, g.operand(condition, k), given, depth + 1);
  };
  switch (g.op(condition)) {
    case Op::Constant:
      return g.index_value(condition) != 0;
    case Op::Not:
      if (const auto known = of(0)) return !*known;
      return {};
    case Op::And:
    case Op::Or: {
      const bool decides = g.op(condition) == Op::Or;
      const auto a = of(0);
      const auto b = of(1);
      if (a == decides || b == decides) return decides;
      return a && b ? std::optional(!decides) : std::nullopt;
    }
    case Op::If: {
      const auto c = of(0);
      return c ? of(*c ? 1 : 2) : std::nullopt;
    }
    default:
      return {};
  }
}

/// Whether a condition is c && a, lazy or not.
bool is_conjunction(const Graph& g, NodeId id) {
  return g.op(id) == Op::And || (g.op(id) == Op::If && g.is_constant(g.operand(id, 2), 0));
}

/// The two conditions of c || a, lazy or not; nothing for others.
std::optional<std::pair<NodeId, NodeId>> either(const Graph& g, NodeId id) {
  if (g.op(id) == Op::Or) return std::pair{g.operand(id, 0), g.operand(id, 1)};
  const bool lazy = g.op(id) == Op::If && g.is_constant(g.operand(id, 1), 1);
  return lazy ? std::optional(std::pair{g.operand(id, 0), g.operand(id, 2)}) : std::nullopt;
}

}  // namespace

bool are_opposite(const Graph& g, NodeId a, NodeId b) {
  if (g.op(a) == Op::Not && g.operand(a, 0) == b) return true;
  if (g.op(b) == Op::Not && g.operand(b, 0) == a) return true;
  const auto is = [&](Op one, Op other) {
    return (g.op(a) == one && g.op(b) == other) || (g.op(a) == other && g.op(b) == one);
  };
  // A NaN is neither less nor not less.
  const bool apart =
      is(Op::Eq, Op::Ne) || ((is(Op::Lt, Op::Ge) || is(Op::Le, Op::Gt)) && is_integral(g, a));
  return apart && std::ranges::equal(g.operands(a), g.operands(b));
}

std::optional<bool> decided(const Graph& g, NodeId condition, NodeId given, bool holds) {
  constexpr std::size_t most = 32;
  std::vector<Fact> facts;
  std::vector<Fact> stack{{given, holds}};
  while (!stack.empty() && facts.size() < most) {
    const Fact fact = stack.back();
    stack.pop_back();
    facts.push_back(fact);
    const NodeId id = fact.condition;
    if (g.op(id) == Op::Not) {
      stack.push_back({g.operand(id, 0), !fact.holds});
    } else if (fact.holds && is_conjunction(g, id)) {
      stack.insert(stack.end(), {{g.operand(id, 0), true}, {g.operand(id, 1), true}});
    } else if (const auto sides = either(g, id); sides && !fact.holds) {
      stack.insert(stack.end(), {{sides->first, false}, {sides->second, false}});
    }
  }
  return decided(g, condition, facts, 0);
}

}  // namespace gradsmith
