#include "passes/largest_extent.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "ir/fold_constant.hpp"
#include "ir/function.hpp"
#include "ir/growth.hpp"
#include "ir/loop_bounds.hpp"
#include "ir/polynomial.hpp"
#include "ir/substitute.hpp"

namespace gradsmith {
namespace {

/// More than these are not told apart.
constexpr std::size_t kMostChoices = 12;

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
        const NodeId a = bound(o[1], most);
        const NodeId b = bound(o[2], most);
        return a == kNoNode || b == kNoNode ? kNoNode : folded(g_, op, a, b);
      }
      default:
        return bound_by_operands(g_, node, most, [&](NodeId x, bool m) { return bound(x, m); });
    }
  }

 private:
  bool is_linear(NodeId node) {
    const Polynomial& p = polynomials_.of(node);
    const NodeId index = g_.bound(level_, 0, scalar_type(Element::Index));
    return !hangs_on_trips(g_, p, index, level_) &&
           std::ranges::all_of(p.terms(), [&](const auto& term) {
             return std::ranges::count(term.first, index) <= 1;
           });
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

NodeId short_extent(Graph& graph, NodeId extent) { return Choices(graph).shortened(extent); }

}  // namespace gradsmith
