#include "ir/fold_constant.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace gradsmith {
namespace {

bool folds(Op op) {
  switch (op) {
    case Op::Add:
    case Op::Sub:
    case Op::Mul:
    case Op::Div:
    case Op::Neg:
    case Op::Sqrt:
    case Op::Fma:
    case Op::Fabs:
    case Op::Min:
    case Op::Max:
    case Op::Copysign:
    case Op::Floor:
    case Op::Ceil:
    case Op::Trunc:
      return true;
    default:
      return is_operator(op) && (op_row(op).signature == Signature::Compare ||
                                 op_row(op).signature == Signature::Logic);
  }
}

std::optional<std::int64_t> integer(Op op, std::int64_t x, std::int64_t y) {
  std::int64_t r = 0;
  switch (op) {
    case Op::Add:
      return __builtin_add_overflow(x, y, &r) ? std::nullopt : std::optional(r);
    case Op::Sub:
      return __builtin_sub_overflow(x, y, &r) ? std::nullopt : std::optional(r);
    case Op::Mul:
      return __builtin_mul_overflow(x, y, &r) ? std::nullopt : std::optional(r);
    case Op::Neg:
      return __builtin_sub_overflow(std::int64_t{0}, x, &r) ? std::nullopt : std::optional(r);
    case Op::Quotient:
    case Op::Remainder:
      if (y == 0 || (y == -1 && x == std::numeric_limits<std::int64_t>::min())) return {};
      return op == Op::Quotient ? x / y : x % y;
    case Op::Min:
      return std::min(x, y);
    case Op::Max:
      return std::max(x, y);
    default:
      return {};
  }
}

std::optional<bool> compare(Op op, std::int64_t x, std::int64_t y) {
  switch (op) {
    case Op::Lt:
      return x < y;
    case Op::Le:
      return x <= y;
    case Op::Gt:
      return x > y;
    case Op::Ge:
      return x >= y;
    case Op::Eq:
      return x == y;
    case Op::Ne:
      return x != y;
    case Op::And:
      return x != 0 && y != 0;
    case Op::Or:
      return x != 0 || y != 0;
    case Op::Not:
      return x == 0;
    default:
      return {};
  }
}

std::optional<NodeId> convert(Graph& g, Element to, NodeId x) {
  if (!is_floating(g.element(x))) {
    const std::int64_t value = g.index_value(x);
    if (to == Element::Bool) return g.boolean(value != 0);
    if (to == Element::Index) return g.index(value);
    // Through the target's own conversion: an integer rounds once.
    return to == Element::F32 ? g.constant(static_cast<double>(static_cast<float>(value)), to)
                              : g.constant(static_cast<double>(value), to);
  }
  const double value = g.constant_value(x);
  if (to == Element::Bool) return g.boolean(value != 0);
  if (is_floating(to)) return g.constant(value, to);
  if (!(std::fabs(value) < 9e18)) return {};
  return g.index(static_cast<std::int64_t>(value));
}

}  // namespace

std::optional<NodeId> fold_constant(Graph& g, NodeId id) {
  const Op op = g.op(id);
  const auto view = g.operands(id);
  if (op == Op::If && g.is_constant(view[0])) return view[g.index_value(view[0]) ? 1 : 2];
  if (view.empty() || view.size() > 3) return {};
  if (!std::all_of(view.begin(), view.end(), [&](NodeId o) { return g.is_constant(o); })) return {};
  if (op == Op::Convert) return convert(g, g.element(id), view[0]);
  if (!is_operator(op)) return {};
  const NodeId o[3] = {view[0], view[view.size() > 1 ? 1 : 0], view[view.size() > 2 ? 2 : 0]};
  if (!is_floating(g.element(o[0]))) {
    const std::int64_t x = g.index_value(o[0]);
    const std::int64_t y = g.index_value(o[1]);
    if (g.element(id) == Element::Bool) {
      const auto value = compare(op, x, y);
      return value ? std::optional(g.boolean(*value)) : std::nullopt;
    }
    const auto value = integer(op, x, y);
    return value ? std::optional(g.index(*value)) : std::nullopt;
  }
  if (!folds(op)) return {};
  if (g.element(o[0]) == Element::F32) {
    const auto f = [&](NodeId c) { return static_cast<float>(g.constant_value(c)); };
    const float value = op_value<float>(op, f(o[0]), f(o[1]), f(o[2]));
    return g.number(g.element(id), static_cast<double>(value));
  }
  return g.number(g.element(id), op_value<double>(op, g.constant_value(o[0]),
                                                  g.constant_value(o[1]), g.constant_value(o[2])));
}

NodeId folded(Graph& graph, Op op, NodeId a, NodeId b) {
  const NodeId made = graph.apply(op, {a, b});
  return fold_constant(graph, made).value_or(made);
}

}  // namespace gradsmith
