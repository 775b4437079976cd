#include "passes/pattern.hpp"

#include <cmath>
#include <limits>

#include "ir/fold_constant.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

using Kind = PatternNode::Kind;

bool is_power_of_two(double value) {
  int exponent = 0;
  return std::isfinite(value) && std::fabs(std::frexp(value, &exponent)) == 0.5;
}

bool literal_matches(const Graph& g, const PatternNode& place, NodeId id, bool exact_zero) {
  if (!g.is_constant(id) || place.truth_value != (g.element(id) == Element::Bool)) return false;
  const double value = g.constant_value(id);
  return value == place.value && (!exact_zero || std::signbit(value) == std::signbit(place.value));
}

bool variable_matches(const Graph& g, Kind kind, NodeId id) {
  const Element element = g.element(id);
  switch (kind) {
    case Kind::Any:
      return true;
    case Kind::Variable:
      return !g.is_constant(id);
    case Kind::Constant:
      return g.is_constant(id) && element != Element::Bool && std::isfinite(g.constant_value(id));
    case Kind::Negative:
      return g.is_constant(id) && g.constant_value(id) < 0 && std::isfinite(g.constant_value(id));
    case Kind::PowerOfTwo:
      return g.is_constant(id) && is_floating(element) && is_power_of_two(g.constant_value(id));
    case Kind::IndexValue:
      return element == Element::Index && g.is_scalar(id);
    case Kind::Condition:
      return element == Element::Bool && g.is_scalar(id);
    default:
      return false;
  }
}

/// The constant that an operator of constants equals, where it is as good as computing it later:
/// neither overflow nor underflow happened on the way.
std::optional<NodeId> computed(Graph& g, NodeId id) {
  const std::optional<NodeId> folded = fold_constant(g, id);
  if (!folded || !is_floating(g.element(*folded))) return folded;
  const double value = g.constant_value(*folded);
  if (!std::isfinite(value)) return std::nullopt;
  const double smallest = g.element(*folded) == Element::F32
                              ? static_cast<double>(std::numeric_limits<float>::min())
                              : std::numeric_limits<double>::min();
  const bool scales = g.op(id) == Op::Mul || g.op(id) == Op::Div;
  if (scales && std::fabs(value) < smallest) {
    for (NodeId o : g.operands(id)) {
      if (g.is_constant(o, 0)) return folded;
    }
    return std::nullopt;
  }
  return folded;
}

}  // namespace

Pattern Pattern::commuted(int place) const {
  Pattern other = *this;
  PatternNode& node = other.places_[static_cast<std::size_t>(place)];
  std::swap(node.operands[0], node.operands[1]);
  return other;
}

bool Pattern::matches_place(const Graph& g, int place, NodeId id, bool exact_zero,
                            Match& match) const {
  const PatternNode& node = (*this)[place];
  match.at[static_cast<std::size_t>(place)] = id;
  if (node.kind == Kind::Literal) return literal_matches(g, node, id, exact_zero);
  if (node.kind == Kind::Application) {
    if (g.op(id) != node.op) return false;
    for (int i = 0; i < node.count; ++i) {
      const auto k = static_cast<std::size_t>(i);
      if (!matches_place(g, node.operands[k], g.operand(id, k), exact_zero, match)) return false;
    }
    return true;
  }
  NodeId& bound = match.bound[static_cast<std::size_t>(node.letter - 'a')];
  if (bound != kNoNode) return bound == id;
  if (!variable_matches(g, node.kind, id)) return false;
  bound = id;
  return true;
}

bool Pattern::admits(std::size_t k, Op operand) const {
  const PatternNode& top = places_.back();
  if (k >= static_cast<std::size_t>(top.count)) return true;
  const PatternNode& wanted = (*this)[top.operands[k]];
  return wanted.kind == Kind::Application ? operand == wanted.op
                                          : !wanted.matches_constants() || operand == Op::Constant;
}

bool Pattern::admits_below(std::size_t k, std::size_t j, Op operand) const {
  const PatternNode& top = places_.back();
  if (k >= static_cast<std::size_t>(top.count)) return true;
  const PatternNode& middle = (*this)[top.operands[k]];
  if (middle.kind != Kind::Application || j >= static_cast<std::size_t>(middle.count)) return true;
  const PatternNode& wanted = (*this)[middle.operands[j]];
  return wanted.kind == Kind::Application ? operand == wanted.op
                                          : !wanted.matches_constants() || operand == Op::Constant;
}

bool Pattern::matches(const Graph& g, NodeId id, bool exact_zero, Match& match) const {
  if (g.op(id) != places_.back().op) return false;
  match.bound.fill(kNoNode);
  const bool of_operands = g.element(id) == Element::Bool && !g.operands(id).empty();
  match.element = g.element(of_operands ? g.operand(id, 0) : id);
  return matches_place(g, root(), id, exact_zero, match);
}

std::optional<NodeId> Pattern::instantiate(Graph& g, const Match& match) const {
  std::array<NodeId, max_places> made{};
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const PatternNode& node = places_[i];
    if (node.kind == Kind::Literal) {
      made[i] = node.truth_value ? g.boolean(node.value != 0) : g.number(match.element, node.value);
    } else if (node.kind != Kind::Application) {
      made[i] = match.bound[static_cast<std::size_t>(node.letter - 'a')];
    } else {
      std::array<NodeId, 3> operands{};
      for (std::size_t k = 0; k < 3; ++k) {
        operands[k] = made[static_cast<std::size_t>(node.operands[k])];
      }
      made[i] = node.op == Op::If
                    ? g.choose(operands[0], operands[1], operands[2])
                    : g.apply(node.op, {operands.data(), static_cast<std::size_t>(node.count)});
      if (node.only_constants) {
        const std::optional<NodeId> value = computed(g, made[i]);
        if (!value) return std::nullopt;
        made[i] = *value;
      }
    }
  }
  return made[places_.size() - 1];
}

bool same_literal(const PatternNode& x, const PatternNode& y) {
  return x.value == y.value && std::signbit(x.value) == std::signbit(y.value) &&
         x.truth_value == y.truth_value;
}

bool same_expression(const Pattern& a, int a_place, const Pattern& b, int b_place) {
  const PatternNode& x = a[a_place];
  const PatternNode& y = b[b_place];
  if (x.kind != y.kind || x.letter != y.letter || x.op != y.op || x.count != y.count ||
      !same_literal(x, y)) {
    return false;
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(x.count); ++i) {
    if (!same_expression(a, x.operands[i], b, y.operands[i])) return false;
  }
  return true;
}

}  // namespace gradsmith
