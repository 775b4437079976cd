#include "passes/largest_extent.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "ir/fold_constant.hpp"
#include "ir/function.hpp"
#include "ir/loop_bounds.hpp"
#include "ir/polynomial.hpp"
#include "ir/substitute.hpp"

namespace gradsmith {
namespace {

/// More than these are not told apart.
constexpr std::size_t kMostChoices = 12;

NodeId combined(Graph& g, Op op, NodeId a, NodeId b) {
  return a == kNoNode || b == kNoNode ? kNoNode : folded(g, op, a, b);
}

/// The most, or the least, that an operation is which keeps the order of its operands or turns it,
/// by what `bound(operand, most)` says of those; kNoNode for others.
template <class BoundOf>
NodeId of_operands(Graph& g, NodeId node, bool most, BoundOf bound) {
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

class Bounds {
 public:
  Bounds(Graph& graph, int level, std::span<const Range> ranges)
      : g_(graph), level_(level), ranges_(ranges) {}

  /// The most, or the least, that an expression is over all trips. Recursion follows the nesting of
  /// the author's expression of a bound.
  NodeId bound(NodeId node, bool most) {
    if (!(g_.free(node) & Graph::bit(level_))) return node;
    if (is_linear(node)) return at_ends(node, most);
    const auto view = g_.operands(node);
    const std::vector<NodeId> o(view.begin(), view.end());
    switch (g_.op(node)) {
      case Op::Neg: {
        const NodeId operand = bound(o[0], !most);
        return operand == kNoNode ? kNoNode : folded(g_, Op::Sub, g_.index(0), operand);
      }
      case Op::If: {
        const Op op = extreme_of_sides(g_, polynomials_, node).value_or(most ? Op::Max : Op::Min);
        return combined(g_, op, bound(o[1], most), bound(o[2], most));
      }
      default:
        return of_operands(g_, node, most, [&](NodeId x, bool m) { return bound(x, m); });
    }
  }

 private:
  bool is_linear(NodeId node) {
    const Polynomial& p = polynomials_.of(node);
    const NodeId index = g_.bound(level_, 0, scalar_type(Element::Index));
    for (const auto& [product, factor] : p.terms()) {
      if (std::ranges::count(product, index) > 1) return false;
      for (NodeId u : product) {
        if (u != index && (g_.free(u) & Graph::bit(level_)) != 0) return false;
      }
    }
    return true;
  }

  /// A linear expression is largest and smallest in the first or the last trip. Where a stride
  /// misses the end, the last one is before what is taken for it. Without a trip nothing has an
  /// extent, so of a known slope one end is enough.
  NodeId at_ends(NodeId node, bool most) {
    NodeId found = kNoNode;
    const int slope = slope_of(node);
    for (const Range& r : ranges_) {
      const bool up = g_.index_value(r.step) > 0;
      const NodeId last = folded(g_, Op::Sub, r.end, g_.index(up ? 1 : -1));
      const bool grows = (slope > 0) == up;  // from trip to trip
      for (const bool at_last : {false, true}) {
        if (slope != 0 && at_last != (grows == most)) continue;
        const NodeId values[] = {at_last ? last : r.begin};
        const NodeId at = substitute(g_, node, level_, values);
        found =
            found == kNoNode || found == at ? at : folded(g_, most ? Op::Max : Op::Min, found, at);
      }
    }
    return found;
  }

  /// The sign of a linear expression's slope by the index; 0 where it is not known.
  int slope_of(NodeId node) {
    const NodeId index = g_.bound(level_, 0, scalar_type(Element::Index));
    int slope = 0;
    for (const auto& [product, factor] : polynomials_.of(node).terms()) {
      if (!std::ranges::count(product, index)) continue;
      if (product.size() != 1) return 0;
      slope = factor.numerator > 0 ? 1 : -1;
    }
    return slope;
  }

  Graph& g_;
  int level_;
  std::span<const Range> ranges_;
  Polynomials polynomials_{g_};
};

/// What a trip adds to an integer state, at least and at most.
struct Growth {
  std::int64_t least = 0;
  std::int64_t most = 0;
};

/// Recursion follows the choices that the author makes for what he counts.
std::optional<Growth> growth(const Graph& g, NodeId next, NodeId state) {
  if (next == state) return Growth{};
  const auto o = g.operands(next);
  if (g.op(next) == Op::If) {
    const auto a = growth(g, o[1], state);
    const auto b = growth(g, o[2], state);
    if (!a || !b) return {};
    return Growth{std::min(a->least, b->least), std::max(a->most, b->most)};
  }
  if (g.op(next) != Op::Add && g.op(next) != Op::Sub) return {};
  const bool left = g.op(next) == Op::Add && g.is_constant(o[0]);
  if (!left && !g.is_constant(o[1])) return {};
  const auto before = growth(g, o[left ? 1 : 0], state);
  if (!before) return {};
  const std::int64_t by = g.index_value(o[left ? 0 : 1]) * (g.op(next) == Op::Sub ? -1 : 1);
  return Growth{before->least + by, before->most + by};
}

/// Recursion follows the nesting of an extent's expression, and of counts in counts.
NodeId counted(Graph& g, NodeId node, bool most) {
  const std::vector<NodeId> made_of = reachable(g, std::span(&node, 1));
  const auto is_counted = [&](NodeId id) { return g.op(id) == Op::Final || is_binder(g.op(id)); };
  if (std::ranges::none_of(made_of, is_counted)) return node;
  if (g.op(node) != Op::Final) {
    return of_operands(g, node, most, [&](NodeId x, bool m) { return counted(g, x, m); });
  }
  const NodeId fold = g.operand(node, 0);
  const FoldParts loop = g.fold_parts(fold);
  const auto k = static_cast<std::size_t>(g.slot(node));
  const NodeId init = loop.inits[k];
  const NodeId next = loop.nexts[k];
  const Range range = loop.range;
  const auto by = growth(g, next, g.bound(loop.level, static_cast<int>(k) + 1, g[node].type));
  const NodeId first = counted(g, init, most);
  const NodeId trips = counted(g, trip_count(g, range), true);
  if (!by || first == kNoNode || trips == kNoNode) return kNoNode;
  const std::int64_t each =
      most ? std::max<std::int64_t>(by->most, 0) : std::min<std::int64_t>(by->least, 0);
  if (each == 0) return first;
  const NodeId grown = each == 1 ? trips : folded(g, Op::Mul, g.index(each), trips);
  return g.is_constant(first, 0) ? grown : folded(g, Op::Add, first, grown);
}

/// The polynomials of which an expression is the largest; empty where it is no such thing.
class Choices {
 public:
  explicit Choices(Graph& graph) : g_(graph) {}

  NodeId shortened(NodeId node) {
    const auto known = memo_.find(node);
    if (known != memo_.end()) return known->second;
    const NodeId made = rebuilt(of(node));
    memo_[node] = made;
    return made;
  }

 private:
  using List = std::vector<Polynomial>;

  List of(NodeId node) {
    const Op op = g_.op(node);
    const auto view = g_.operands(node);
    const std::vector<NodeId> o(view.begin(), view.end());
    try {
      if (op == Op::Max) {
        List all = of(o[0]);
        for (const Polynomial& p : of(o[1])) all.push_back(p);
        return pruned(all);
      }
      if (op == Op::Add) return pruned(sums(of(o[0]), of(o[1])));
      if (op == Op::Sub) {
        const List right = of(o[1]);
        if (right.size() == 1) return pruned(sums(of(o[0]), {right[0].scaled({-1, 1})}));
      }
      if (op == Op::Mul) {
        const List left = of(o[0]), right = of(o[1]);
        if (left.size() == 1 && right.size() == 1) return {left[0] * right[0]};
      }
    } catch (const PolynomialTooLarge&) {
    }
    // Shorter inside, if not as a whole.
    if (op == Op::Max || op == Op::Min || op == Op::Add || op == Op::Sub || op == Op::Mul ||
        op == Op::Quotient) {
      std::vector<NodeId> inside;
      for (NodeId x : o) inside.push_back(shortened(x));
      const NodeId made = g_.with_operands(node, inside);
      node = fold_constant(g_, made).value_or(made);
    }
    return {polynomials_.of(node)};
  }

  static List sums(const List& a, const List& b) {
    List all;
    for (const Polynomial& p : a) {
      for (const Polynomial& q : b) all.push_back(p + q);
    }
    return all;
  }

  List pruned(const List& all) {
    List kept;
    for (std::size_t k = 0; k < all.size(); ++k) {
      bool needed = true;
      for (std::size_t j = 0; needed && j < all.size(); ++j) {
        if (j == k) continue;
        const auto by = (all[j] - all[k]).constant();
        // Of equal ones the first stays.
        if (by && (by->numerator > 0 || (by->numerator == 0 && j < k))) needed = false;
      }
      if (needed) kept.push_back(all[k]);
    }
    if (kept.size() > kMostChoices) throw PolynomialTooLarge();
    return kept;
  }

  NodeId rebuilt(const List& list) {
    NodeId most = kNoNode;
    for (const Polynomial& p : list) {
      const NodeId one = node_of(g_, p);
      most = most == kNoNode ? one : folded(g_, Op::Max, most, one);
    }
    return most;
  }

  Graph& g_;
  Polynomials polynomials_{g_};
  std::map<NodeId, NodeId> memo_;
};

}  // namespace

NodeId largest_extent(Graph& graph, NodeId extent, int level, std::span<const Range> ranges) {
  const NodeId short_one = short_extent(graph, extent);
  const NodeId found =
      ranges.empty() ? kNoNode : Bounds(graph, level, ranges).bound(short_one, true);
  return found == kNoNode ? kNoNode : short_extent(graph, found);
}

NodeId largest_count(Graph& graph, NodeId extent) { return counted(graph, extent, true); }

NodeId short_extent(Graph& graph, NodeId extent) { return Choices(graph).shortened(extent); }

}  // namespace gradsmith
