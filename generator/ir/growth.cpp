#include "ir/growth.hpp"

#include <algorithm>

#include "ir/arrays.hpp"
#include "ir/fold_constant.hpp"
#include "ir/function.hpp"
#include "ir/substitute.hpp"

namespace gradsmith {
namespace {

NodeId combined(Graph& g, Op op, NodeId a, NodeId b) {
  if (a == kNoNode || b == kNoNode) return kNoNode;
  const bool nothing = (op == Op::Add || op == Op::Sub) && g.is_constant(b, 0);
  return nothing ? a : folded(g, op, a, b);
}

/// What either of two may add.
std::optional<Growth> either(const std::optional<Growth>& a, const std::optional<Growth>& b) {
  if (!a || !b) return {};
  return Growth{std::min(a->least, b->least), std::max(a->most, b->most)};
}

}  // namespace

NodeId bound_by_operands(Graph& g, NodeId node, bool most, const BoundOf& bound) {
  const auto view = g.operands(node);
  const std::vector<NodeId> o(view.begin(), view.end());
  switch (g.op(node)) {
    case Op::Max:
    case Op::Min:
    case Op::Add:
      return combined(g, g.op(node), bound(o[0], most), bound(o[1], most));
    case Op::Sub:
      return combined(g, Op::Sub, bound(o[0], most), bound(o[1], !most));
    case Op::Mul: {
      const bool left = g.is_constant(o[0]);
      if (!left && !g.is_constant(o[1])) return kNoNode;
      const bool same = g.index_value(left ? o[0] : o[1]) >= 0;
      return combined(g, Op::Mul, left ? o[0] : bound(o[0], most == same),
                      left ? bound(o[1], most == same) : o[1]);
    }
    case Op::Quotient:  // rounds towards zero, which keeps the order
      if (!g.is_constant(o[1]) || g.index_value(o[1]) <= 0) return kNoNode;
      return combined(g, Op::Quotient, bound(o[0], most), o[1]);
    default:
      return kNoNode;
  }
}

/// Recursion follows the choices that the author makes for what he counts.
std::optional<Growth> growth(const Graph& g, NodeId next, NodeId state) {
  if (next == state) return Growth{};
  const auto o = g.operands(next);
  if (g.op(next) == Op::If) {
    return either(growth(g, o[1], state), growth(g, o[2], state));
  }
  if (g.op(next) != Op::Add && g.op(next) != Op::Sub) return {};
  const bool left = g.op(next) == Op::Add && g.is_constant(o[0]);
  if (!left && !g.is_constant(o[1])) return {};
  const auto before = growth(g, o[left ? 1 : 0], state);
  if (!before) return {};
  const std::int64_t by = g.index_value(o[left ? 0 : 1]) * (g.op(next) == Op::Sub ? -1 : 1);
  return Growth{before->least + by, before->most + by};
}

namespace {

/// How far a state that is an index of its loop, plus constants, or what it was, is past that
/// index; empty for other states. Recursion follows the choices that the author makes for it.
std::optional<Growth> past_index(const Graph& g, NodeId next, NodeId state, NodeId index) {
  if (g.op(next) != Op::If) return growth(g, next, index);
  const auto o = g.operands(next);
  if (o[1] == state) return past_index(g, o[2], state, index);
  if (o[2] == state) return past_index(g, o[1], state, index);
  return either(past_index(g, o[1], state, index), past_index(g, o[2], state, index));
}

/// Recursion follows the nesting of an extent's expression, and of counts in counts.
NodeId counted(Graph& g, NodeId node, bool most) {
  const std::vector<NodeId> made_of = reachable(g, std::span(&node, 1));
  const auto is_counted = [&](NodeId id) { return g.op(id) == Op::Final || is_binder(g.op(id)); };
  if (std::ranges::none_of(made_of, is_counted)) return node;
  if (g.op(node) != Op::Final) {
    return bound_by_operands(g, node, most, [&](NodeId x, bool m) { return counted(g, x, m); });
  }
  const NodeId fold = g.operand(node, 0);
  const FoldParts loop = g.fold_parts(fold);
  const auto k = static_cast<std::size_t>(g.slot(node));
  const NodeId init = loop.inits[k];
  const NodeId next = loop.nexts[k];
  const Range range = loop.range;
  const int level = loop.level;
  const NodeId state = loop_state(g, level, k, g[node].type);
  const NodeId first = counted(g, init, most);
  if (first == kNoNode) return kNoNode;
  if (const auto by = growth(g, next, state)) {
    const std::int64_t each =
        most ? std::max<std::int64_t>(by->most, 0) : std::min<std::int64_t>(by->least, 0);
    if (each == 0) return first;
    const NodeId trips = counted(g, trip_count(g, range), true);
    if (trips == kNoNode) return kNoNode;
    const NodeId grown = each == 1 ? trips : folded(g, Op::Mul, g.index(each), trips);
    return g.is_constant(first, 0) ? grown : folded(g, Op::Add, first, grown);
  }
  const NodeId index = g.bound(level, 0, scalar_type(Element::Index));
  const auto past = past_index(g, next, state, index);
  if (!past || !g.is_constant(range.step)) return kNoNode;
  const bool up = g.index_value(range.step) > 0;
  const NodeId end = counted(g, up == most ? range.end : range.begin, most);
  if (end == kNoNode) return kNoNode;
  const std::int64_t beyond = (up == most ? (up ? -1 : 1) : 0) + (most ? past->most : past->least);
  const NodeId last = beyond == 0 ? end : folded(g, Op::Add, end, g.index(beyond));
  return first == last ? first : folded(g, most ? Op::Max : Op::Min, first, last);
}

}  // namespace

NodeId largest_count(Graph& g, NodeId extent) { return counted(g, extent, true); }

NodeId loop_counted_by(const Graph& g, NodeId node) {
  if (g.op(node) != Op::Final || g.element(node) != Element::Index) return kNoNode;
  const NodeId fold = g.operand(node, 0);
  const FoldParts loop = g.fold_parts(fold);
  const auto k = static_cast<std::size_t>(g.slot(node));
  const std::vector<NodeId> body = reachable_at(g, loop.nexts.subspan(k, 1), loop.level);
  const auto state =
      std::ranges::find_if(body, [&](NodeId id) { return is_state(g, id, loop.level, k); });
  if (!g.is_constant(loop.inits[k], 0) || state == body.end()) return kNoNode;
  const auto by = growth(g, loop.nexts[k], *state);
  return by && by->least >= 0 && by->most <= 1 ? fold : kNoNode;
}

}  // namespace gradsmith
