#include "passes/gather_neighbours.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/polynomial.hpp"
#include "ir/substitute.hpp"
#include "passes/guards.hpp"

namespace gradsmith {
namespace {

using Nodes = std::vector<NodeId>;

/// sign * steady * own: `steady` are the factors that no trip changes, `own` those of a trip.
struct Product {
  bool negative = false;
  Nodes steady, own;
};

/// One element that each trip adds to: `distance` places after the first of them.
struct Neighbour {
  std::int64_t distance = 0;
  Product value;
};

class Gatherer {
 public:
  Gatherer(Graph& g, int level, const Range& range)
      : g_(g), polynomials_(g), level_(level), range_(range) {}

  NodeId sum_of(std::span<const NodeId> terms) {
    if (terms.size() < 2 || !set_bounds() || !find_neighbours(terms)) return kNoNode;
    find_base();
    if (base_ == kNoNode) return kNoNode;
    const NodeId kept = kept_between_zeros(terms[0]);
    const auto& extents = g_.type_of(terms[0]).extents;
    return fills(extents) ? over_all(extents[0], kept) : over_neighbours(terms[0], kept);
  }

 private:
  /// The loop's least index and the one after its largest, upwards.
  bool set_bounds() {
    if (g_.is_constant(range_.step, 1)) {
      low_ = polynomials_.of(range_.begin);
      high_ = polynomials_.of(range_.end);
    } else if (g_.is_constant(range_.step, -1)) {
      low_ = polynomials_.of(range_.end) + 1;
      high_ = polynomials_.of(range_.begin) + 1;
    } else {
      return false;
    }
    trips_ = never_negative(g_, trip_count(g_, range_));
    return g_.free(trips_) == 0;
  }

  /// False where the elements are not those of one row, a number of places apart.
  bool find_neighbours(std::span<const NodeId> terms) {
    const auto first = g_.operands(terms[0]);
    const std::size_t last = first.size() - 2;
    first_place_ = polynomials_.of(first[last]);
    for (NodeId term : terms) {
      const auto o = g_.operands(term);
      if (o.size() != first.size()) return false;
      for (std::size_t d = 0; d < last; ++d) {
        if (o[d] != first[d]) return false;
      }
      const auto distance = (polynomials_.of(o[last]) - first_place_).constant();
      if (!distance || distance->denominator != 1) return false;
      neighbours_.push_back({distance->numerator, factors_of(o.back())});
    }
    std::ranges::stable_sort(neighbours_, {}, &Neighbour::distance);
    const auto step = first_place_.difference(index()).constant();
    return step == Rational{1} && span() > 0 &&
           std::ranges::all_of(neighbours_, [&](const Neighbour& n) {
             return !n.value.own.empty() && n.value.own == neighbours_[0].value.own;
           });
  }

  Product factors_of(NodeId value) const {
    Product found;
    Nodes open{value};
    while (!open.empty()) {
      const NodeId factor = open.back();
      open.pop_back();
      const Op op = g_.op(factor);
      if (op == Op::Mul || op == Op::Neg) {
        found.negative = found.negative != (op == Op::Neg);
        for (NodeId o : g_.operands(factor)) open.push_back(o);
      } else {
        const bool changes = (g_.free(factor) & Graph::bit(level_)) != 0;
        (changes ? found.own : found.steady).push_back(factor);
      }
    }
    std::ranges::sort(found.own);
    std::ranges::sort(found.steady);
    return found;
  }

  /// What is kept of a trip: all but the sign, where the neighbours differ in no more.
  void find_base() {
    const Product& first = neighbours_[0].value;
    const bool alike = std::ranges::all_of(
        neighbours_, [&](const Neighbour& n) { return n.value.steady == first.steady; });
    base_ = product(first.own);
    if (!alike) return;
    for (NodeId factor : first.steady) base_ = g_.apply(Op::Mul, {base_, factor});
    for (Neighbour& n : neighbours_) n.value.steady.clear();
  }

  NodeId product(const Nodes& factors) {
    NodeId made = factors[0];
    for (std::size_t k = 1; k < factors.size(); ++k) made = g_.apply(Op::Mul, {made, factors[k]});
    return made;
  }

  /// u of all trips, the neighbours' span of zeros before and after them.
  NodeId kept_between_zeros(NodeId term) {
    const NodeId margin = g_.index(span());
    const NodeId end = g_.apply(Op::Add, {margin, trips_});
    const NodeId length = g_.apply(Op::Add, {end, margin});
    const TypeId type = g_.intern({g_.element(term), {length}});
    const NodeId zero = g_.number(g_.element(term), 0);
    const NodeId one = g_.index(1);
    NodeId kept = uninitialised_array(g_, "kept", type);
    const Range ranges[] = {{g_.index(0), margin, one}, {end, length, one}};
    for (const Range& range : ranges) {
      const NodeId place[] = {g_.bound(1, 0, scalar_type(Element::Index))};
      kept = g_.write(1, range, kept, zero, place);
    }
    const NodeId place[] = {node_of(g_, Polynomial::unknown(index()) - low_ + span())};
    return g_.write(level_, range_, kept, base_, place);
  }

  /// The sum of what the neighbours keep for the element that lies `of_first` places after the one
  /// that the trip of index 0 adds its first term to; without what the row's place needs.
  NodeId neighbours_of(const Polynomial& of_first, NodeId kept) {
    NodeId sum = kNoNode;
    for (const Neighbour& n : neighbours_) {
      const NodeId place = node_of(g_, of_first - n.distance - low_ + span());
      NodeId term = g_.at(kept, {place});
      for (NodeId factor : n.value.steady) term = g_.apply(Op::Mul, {factor, term});
      if (sum == kNoNode) {
        sum = n.value.negative ? g_.apply(Op::Neg, {term}) : term;
      } else {
        sum = g_.apply(n.value.negative ? Op::Sub : Op::Add, {sum, term});
      }
    }
    return sum;
  }

  /// Whether the elements that the trips add to are all that the array has.
  bool fills(const std::vector<NodeId>& extents) {
    if (extents.size() != 1) return false;
    const Polynomial least = first_place_.with(index(), low_ + nearest());
    const Polynomial end = first_place_.with(index(), high_ + farthest());
    return least.is_zero() && end == polynomials_.of(extents[0]);
  }

  NodeId over_all(NodeId extent, NodeId kept) {
    const Polynomial row = first_place_ - Polynomial::unknown(index());
    return g_.map(level_, extent, neighbours_of(Polynomial::unknown(index()) - row, kept));
  }

  /// The same for a part of the array. Without a trip there are no elements.
  NodeId over_neighbours(NodeId term, NodeId kept) {
    const NodeId low = node_of(g_, low_ + nearest());
    const NodeId high = node_of(g_, high_ + farthest());
    const NodeId runs = g_.apply(Op::Lt, {node_of(g_, low_), node_of(g_, high_)});
    const Range range{low, g_.choose(runs, high, low), g_.index(1)};
    const auto view = g_.operands(term);
    const Nodes place(view.begin(), view.end() - 1);
    const TypeId type = g_[term].type;
    const NodeId sum = neighbours_of(Polynomial::unknown(index()), kept);
    Nodes at = place;
    at.back() = node_of(g_, first_place_);
    return g_.reduce(Op::Add, level_, range, g_.zeros(type), g_.one_hot(type, at, sum));
  }

  NodeId index() { return g_.bound(level_, 0, scalar_type(Element::Index)); }
  std::int64_t nearest() const { return neighbours_.front().distance; }
  std::int64_t farthest() const { return neighbours_.back().distance; }
  std::int64_t span() const { return farthest() - nearest(); }

  Graph& g_;
  Polynomials polynomials_;
  int level_;
  Range range_;
  Polynomial low_, high_;
  NodeId trips_ = kNoNode;
  Polynomial first_place_;  // of the first term, by the loop's index
  std::vector<Neighbour> neighbours_;
  NodeId base_ = kNoNode;  // u
};

}  // namespace

NodeId gathered_neighbours(Graph& graph, int level, const Range& range,
                           std::span<const NodeId> terms) {
  try {
    return Gatherer(graph, level, range).sum_of(terms);
  } catch (const PolynomialTooLarge&) {
    return kNoNode;
  }
}

}  // namespace gradsmith
