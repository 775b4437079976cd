#include "passes/tangent_rules.hpp"

#include <algorithm>
#include <vector>

#include "ir/derivative_rules.hpp"
#include "support/check.hpp"

namespace gradsmith {

NodeId TangentRules::tangent_of(NodeId id) {
  const Op op = g_.op(id);
  const auto view = g_.operands(id);
  const std::vector<NodeId> o(view.begin(), view.end());
  const bool still = std::ranges::all_of(o, [&](NodeId x) { return of_(x) == kNoNode; });
  if (still && stable_) return kNoNode;
  if (stable_) {
    if (const auto differential = stable_->differential(id)) return total(*differential);
  }
  if (op == Op::Convert) return still ? kNoNode : g_.convert(g_.element(id), of_(o[0]));
  if (op == Op::If) return g_.choose(o[0], or_zero(o[1]), or_zero(o[2]));
  GRADSMITH_CHECK(is_operator(op), "forward accumulation meets a {}", op_name(op));
  const auto expr = [&](std::size_t i) { return Expr{&g_, o[i < o.size() ? i : 0]}; };
  const auto dot = [&](std::size_t i) {
    const NodeId x = o[i < o.size() ? i : 0];
    return Expr{&g_, is_floating(g_.element(x)) ? or_zero(x) : x};
  };
  return tangent(op, expr(0), expr(1), expr(2), {&g_, id}, dot(0), dot(1), dot(2)).id;
}

NodeId TangentRules::total(const Differential& differential) {
  NodeId sum = kNoNode;
  for (const DifferentialTerm& term : differential) {
    NodeId change = term.quantity == DifferentialTerm::Quantity::Value
                        ? of_(term.of)
                        : of_logarithm(term.of, term.quantity);
    if (change == kNoNode) continue;
    if (term.partial != kNoNode) change = g_.apply(Op::Mul, {term.partial, change});
    if (term.unless) change = g_.choose(*term.unless, g_.zeros(g_[change].type), change);
    if (term.negative) {
      sum = sum == kNoNode ? g_.apply(Op::Neg, {change}) : g_.apply(Op::Sub, {sum, change});
    } else {
      sum = sum == kNoNode ? change : g_.apply(Op::Add, {sum, change});
    }
  }
  return sum;
}

NodeId TangentRules::of_logarithm(NodeId node, DifferentialTerm::Quantity quantity) {
  const auto key = std::pair(node, quantity);
  const auto known = logarithms_.find(key);
  if (known != logarithms_.end()) return known->second;
  const NodeId found = total(stable_->of_logarithm(node, quantity));
  logarithms_.emplace(key, found);
  return found;
}

}  // namespace gradsmith
