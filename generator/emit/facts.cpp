#include "emit/facts.hpp"

#include <algorithm>
#include <map>

#include "ir/conditions.hpp"

namespace gradsmith {
namespace {

// Conclusions are drawn from so many facts in one region, to stay near-linear.
constexpr std::size_t kMostFacts = 500;

/// A lazy or plain && or ||; the operands of other nodes are kNoNode.
struct Connective {
  bool is_and = false;
  std::array<NodeId, 2> operands{kNoNode, kNoNode};
};

Connective connective(const Terms& terms, NodeId condition) {
  const Graph& g = terms.graph();
  const auto o = g.operands(condition);
  if (g.op(condition) == Op::And) return {true, {o[0], o[1]}};
  if (g.op(condition) == Op::Or) return {false, {o[0], o[1]}};
  if (g.op(condition) == Op::If && g.is_constant(o[2], 0)) return {true, {o[0], o[1]}};
  if (g.op(condition) == Op::If && g.is_constant(o[1], 1)) return {false, {o[0], o[2]}};
  return {};
}

}  // namespace

Guard guard_of(const Terms& terms, NodeId branch) {
  const Graph& g = terms.graph();
  Guard guard{g.operand(branch, 0), {g.operand(branch, 1), g.operand(branch, 2)}};
  while (g.op(guard.condition) == Op::Not) {
    guard.condition = g.operand(guard.condition, 0);
    std::swap(guard.sides[0], guard.sides[1]);
  }
  return guard;
}

Facts::Facts(const Terms& terms) : terms_(terms), known_(1) {
  const Graph& g = terms.graph();
  std::map<std::pair<NodeId, NodeId>, std::vector<NodeId>> compared;
  for (NodeId id = 0; id < terms.size(); ++id) {
    const Op op = g.op(id);
    const bool comparison = op == Op::Eq || op == Op::Ne || op == Op::Lt || op == Op::Le ||
                            op == Op::Gt || op == Op::Ge;
    if (!comparison) continue;
    std::vector<NodeId>& others = compared[{g.operand(id, 0), g.operand(id, 1)}];
    for (NodeId other : others) {
      if (!are_opposite(g, id, other)) continue;
      opposite_[id] = other;
      opposite_[other] = id;
    }
    others.push_back(id);
  }
}

void Facts::enter(RegionId parent, NodeId condition, bool holds) {
  const auto region = static_cast<RegionId>(known_.size());
  known_.push_back({parent, {}});
  add(region, condition, holds);
  while (!pending_.empty()) {
    const auto [next, value] = pending_.back();
    pending_.pop_back();
    conclude(region, next, value);
  }
  // What was open in the regions around may be decided now.
  for (RegionId r = parent; r != 0; r = known_[r].parent) {
    for (const auto& [known, value] : known_[r].facts) conclude(region, known, value);
  }
  while (!pending_.empty()) {
    const auto [next, value] = pending_.back();
    pending_.pop_back();
    conclude(region, next, value);
  }
}

void Facts::add(RegionId region, NodeId condition, bool holds) {
  auto& facts = known_[region].facts;
  if (fact(condition, region) || facts.size() >= kMostFacts) return;
  const std::pair<NodeId, bool> fact{condition, holds};
  facts.insert(std::upper_bound(facts.begin(), facts.end(), fact), fact);
  pending_.push_back(fact);
}

void Facts::conclude(RegionId region, NodeId condition, bool holds) {
  if (const auto other = opposite_.find(condition); other != opposite_.end()) {
    add(region, other->second, !holds);
  }
  if (terms_.graph().op(condition) == Op::Not) {
    add(region, terms_.graph().operand(condition, 0), !holds);
    return;
  }
  const Connective c = connective(terms_, condition);
  if (c.operands[0] == kNoNode) return;
  for (std::size_t k = 0; k < 2; ++k) {
    if (holds == c.is_and) add(region, c.operands[k], holds);
    // a || b holds and a does not: b holds.
    if (holds != c.is_and && known(c.operands[1 - k], region) == c.is_and) {
      add(region, c.operands[k], holds);
    }
  }
}

std::optional<bool> Facts::known(NodeId condition, RegionId region) const {
  if (region == 0) return {};
  if (const auto found = fact(condition, region)) return found;
  const Connective c = connective(terms_, condition);
  if (c.operands[0] == kNoNode) return {};
  const auto a = fact(c.operands[0], region);
  const auto b = fact(c.operands[1], region);
  if (a == !c.is_and || b == !c.is_and) return !c.is_and;
  return a && b ? std::optional(c.is_and) : std::nullopt;
}

std::optional<bool> Facts::fact(NodeId condition, RegionId region) const {
  for (RegionId r = region; r != 0; r = known_[r].parent) {
    const auto& facts = known_[r].facts;
    const auto found = std::lower_bound(facts.begin(), facts.end(), std::pair(condition, false));
    if (found != facts.end() && found->first == condition) return found->second;
  }
  return std::nullopt;
}

NodeId Facts::side_taken(NodeId node, RegionId region) const {
  if (region == 0 || terms_.kind(node) != TermKind::Branch || !terms_.is_placed(node)) return node;
  const Guard guard = guard_of(terms_, node);
  const std::optional<bool> holds = known(guard.condition, region);
  return holds ? guard.sides[*holds ? 0 : 1] : node;
}

NodeId Facts::resolve(NodeId node, RegionId region) const {
  for (;;) {
    const NodeId side = side_taken(node, region);
    if (side == node) return node;
    node = side;
  }
}

}  // namespace gradsmith
