#include "ir/conditions.hpp"

#include <algorithm>
#include <vector>

namespace gradsmith {
namespace {

constexpr int kDeepest = 8;

bool is_integral(const Graph& g, NodeId comparison) {
  return !is_floating(g.element(g.operand(comparison, 0)));
}

std::optional<bool> decided(const Graph& g, NodeId condition, const std::vector<NodeId>& given,
                            int depth) {
  for (NodeId fact : given) {
    if (fact == condition) return true;
    if (are_opposite(g, fact, condition)) return false;
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

std::optional<bool> decided(const Graph& g, NodeId condition, NodeId given) {
  constexpr std::size_t most = 32;
  std::vector<NodeId> facts;
  std::vector<NodeId> stack{given};
  while (!stack.empty() && facts.size() < most) {
    const NodeId id = stack.back();
    stack.pop_back();
    facts.push_back(id);
    if (is_conjunction(g, id)) stack.insert(stack.end(), {g.operand(id, 0), g.operand(id, 1)});
  }
  return decided(g, condition, facts, 0);
}

}  // namespace gradsmith
