#pragma once

// Sums of exponentials and of squares, of any length: how they are recognised, and the shares of
// their terms without overflow.

#include <functional>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "ir/expr.hpp"

namespace gradsmith {

/// exp(a) + exp(b) + ...; a constant among the terms is an exponential of zero times a weight.
struct ExponentialSum {
  struct Item {
    double weight = 1;             ///< positive
    NodeId exponential = kNoNode;  ///< kNoNode: the item is the constant `weight`
    NodeId exponent = kNoNode;     ///< with the shift still in it
    NodeId argument = kNoNode;     ///< without it: what the item is differentiated by
  };
  std::vector<Item> items;
  std::unordered_map<NodeId, std::size_t> place;  ///< of each exponential in `items`
  NodeId shift = kNoNode;  ///< the node that the author subtracts from every exponent
  bool bounded =
      false;  ///< the shift is the largest argument: the sum neither over- nor underflows
  /// Per item, its part of the sum; empty until asked for.
  std::vector<NodeId> shares;
};

/// x*x + y*y + ..., with constants of at least zero.
struct SumOfSquares {
  std::vector<NodeId> roots;
  std::vector<double> constants;
};

class StableSums {
 public:
  /// Terms are collected through additions that nothing else under `roots` uses and that are not
  /// `independent`, so that all the work on sums is linear in the graph.
  StableSums(Graph& graph, std::span<const NodeId> roots, std::function<bool(NodeId)> independent);

  /// The sum of exponentials that a node is; null where it is none.
  ExponentialSum* exponentials(NodeId sum);

  /// The shares exp(a) / sum of all items, right in the whole range.
  const std::vector<NodeId>& shares(NodeId sum);

  /// The squares of which a node is the sum.
  std::optional<SumOfSquares> squares(NodeId sum) const;

  /// The partials of `norm`, the root of that sum of squares, by its terms' roots.
  std::vector<NodeId> norm_partials(NodeId norm, const SumOfSquares& squares);

 private:
  std::optional<std::vector<NodeId>> terms(NodeId sum) const;
  std::optional<ExponentialSum> find_exponentials(NodeId sum);
  void find_shift(ExponentialSum& sum) const;
  bool is_maximum(NodeId node, const ExponentialSum& of) const;
  std::vector<NodeId> plain_shares(NodeId sum, const ExponentialSum& of);
  std::vector<NodeId> logistic_shares(NodeId sum, const ExponentialSum& of);
  std::vector<NodeId> shifted_shares(const ExponentialSum& of);
  bool has_quotient(NodeId x, NodeId y);
  Expr expr(NodeId id) { return {&g_, id}; }

  Graph& g_;
  std::function<bool(NodeId)> independent_;
  std::size_t original_;  ///< size of the graph before differentiation
  std::vector<std::uint32_t> uses_;
  std::unordered_map<NodeId, std::optional<ExponentialSum>> found_;
};

/// Whether a positive quantity is far from both ends of its element's range: its square is normal.
Expr in_range(const Expr& x);

}  // namespace gradsmith
