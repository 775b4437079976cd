#pragma once

// The loops around a place in a function: what their indices can be there, and so how large a
// subscript may become.

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "ir/polynomial.hpp"

namespace gradsmith {

/// A bound of a polynomial over all trips of a nest.
struct Extreme {
  /// Over what stands outside all loops of the nest: a largest value is the least of these, a
  /// smallest the greatest.
  std::vector<Polynomial> values;
  bool attained = true;  ///< in some trip, wherever every loop runs at least once
};

/// Loops inside one another. All that it says holds where a trip of the innermost loop runs, so
/// where no loop is empty. A loop may have several bounds, `j <= min(n - 1, i + k)`.
class LoopNest {
 public:
  /// Opens a loop inside those that are there. False, and nothing changed, where its step is not a
  /// constant.
  /// `index` is kNoNode where the graph has no node for the index.
  bool enter(const Graph& graph, Polynomials& read, int level, NodeId index, const Range& range);

  /// Says that a loop inside must run, whose index does not matter: what is reached where it is
  /// empty is not attained.
  void runs(const Graph& graph, Polynomials& read, const Range& range);

  /// Says that a polynomial linear in the innermost index that it mentions is not negative in the
  /// trips that matter, which are fewer then. False, and nothing changed, where that is no bound of
  /// the index that is known to lie within its own.
  bool narrow(const Polynomial& fact);

  /// Says that a polynomial linear in the innermost index that it mentions is not zero in the trips
  /// that matter. False, and nothing changed, where that is neither an end of the index's range nor
  /// known to lie inside.
  bool exclude(const Polynomial& zero);

  /// Says that a polynomial over sizes is not negative.
  void knows(const Graph& graph, const Polynomial& fact);

  /// Says that a size is never below `least`.
  void at_least(NodeId size, std::int64_t least);

  /// Whether p >= 0 in every trip; false in doubt.
  bool never_negative(const Polynomial& p) const;

  /// The largest and smallest value that p takes; nothing where that is not known.
  std::optional<Extreme> largest(const Polynomial& p) const;
  std::optional<Extreme> smallest(const Polynomial& p) const;
  /// The largest value of what is known to be never negative in a trip that runs.
  std::optional<Extreme> largest_subscript(const Polynomial& p) const;

  /// What p is where every index is at its upper bound, in a trip or not.
  Polynomial at_upper_bounds(Polynomial p) const;

  /// The unknowns of all bounds that are no index of the nest.
  std::vector<NodeId> sizes() const;

  std::size_t depth() const { return loops_.size(); }
  /// Of the innermost loop.
  const Polynomial& first() const { return loops_.back().first; }
  const Polynomial& last() const { return loops_.back().last; }
  /// Whether `last` is reached for all sizes for which the loop runs.
  bool is_exact() const { return loops_.back().exact; }

 private:
  /// An index from the largest of `low` to the smallest of `high`; `first` and `last` in the order
  /// in which it runs.
  struct Loop {
    NodeId index;
    int level;
    std::vector<Polynomial> low, high;
    Polynomial first, last;
    bool exact;  ///< both ends are reached
    bool unit;   ///< in steps of one
  };
  /// The innermost loop whose index a polynomial mentions, where that is its only such mention and
  /// by a factor of 1 or -1, and what the index is where the polynomial is zero.
  struct Root {
    std::size_t loop;
    bool rises;
    Polynomial index;
  };
  /// What each index is at a point, over the indices outside of it; innermost first.
  using Point = std::vector<Polynomial>;

  std::optional<Root> root_of(const Polynomial& p) const;
  static void bound_by_count(const Graph& g, Polynomials& read, Loop& loop, bool up);
  void learn(const Polynomial& length);
  void learn_of_sizes(const Polynomial& fact);
  void learn_lengths(const Loop& loop);
  bool has_choices() const;
  std::vector<LoopNest> single_bounds() const;
  bool shows(const Polynomial& p, std::size_t loops) const;
  std::optional<Extreme> extreme(const Polynomial& p, bool largest, bool subscript) const;
  bool reaches(const Polynomial& p, const std::vector<Polynomial>& values, bool largest) const;
  bool all_run(const Point& at) const;
  Polynomial value_at(Polynomial p, const Point& at) const;
  // Of nests whose loops have one bound on each side.
  std::optional<Extreme> single_extreme(Polynomial p, bool largest, bool subscript) const;
  bool never_negative(Polynomial p, std::size_t loops, int depth) const;
  bool cannot_fall(const Polynomial& by, const Polynomial& first, std::size_t loops) const;

  std::optional<std::int64_t> least_of(NodeId size) const;
  bool sizes_allow(const Polynomial& p, bool use_facts) const;
  bool hides_index(const Polynomial& p, const Loop& loop) const;

  const Graph* graph_ = nullptr;
  std::vector<Loop> loops_;
  std::map<NodeId, std::int64_t> least_;  // of sizes
  std::vector<Polynomial> facts_;         // never negative, over sizes
  std::vector<Polynomial> inside_;        // last indices less the first, of loops that must run
  bool doubtful_ = false;                 // one of these is not known
  bool is_wider_ = false;                 // than what it stands for
};

}  // namespace gradsmith
