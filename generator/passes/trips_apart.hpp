#pragma once

// Whether the elements of an array that a loop's trips write are apart from one that is read:
// rows, `a[i * m + j]` with j below m, as well as single elements.

#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "ir/function.hpp"
#include "ir/polynomial.hpp"

namespace gradsmith {

/// Proofs over the subscripts of one function. Products, sums and bounds of loops are followed;
/// what an index array, data or an integer state decides is not, and then nothing is known.
class TripsApart {
 public:
  /// `live`: the nodes among which the loops around a reader are found.
  TripsApart(const Graph& g, std::span<const NodeId> live);

  enum class When : std::uint8_t {
    Before,  ///< the trips before the one in question
    From,    ///< that trip, and those after it
  };

  /// Whether a place is never the element that the node `reader` reads, in the same trips of all
  /// loops.
  bool is_elsewhere(NodeId reader, std::span<const NodeId> place, std::span<const NodeId> element);

  /// Whether no such trip of `loop` writes an element of its k-th state that the node `reader`
  /// reads at `element`. `index`: the loop's index in the trip in question, as the reader has it.
  bool is_unwritten(const FoldParts& loop, std::size_t k, const Polynomial& index, When when,
                    NodeId reader, std::span<const NodeId> element);

 private:
  /// An index between two bounds, both included.
  struct Bounded {
    NodeId index;
    Polynomial low;
    Polynomial high;
  };
  using Bounds = std::vector<Bounded>;  // of inner loops before those around them
  struct Written {
    std::vector<NodeId> place;
    std::vector<NodeId> loops;  // inside the trip, outermost first
  };

  bool collect(NodeId version, int level, std::size_t k, std::vector<NodeId>& loops,
               std::vector<Written>& found) const;
  std::optional<Bounded> bounds_of(NodeId loop);
  bool is_apart(const Written& w, NodeId own, int level, const Bounded& then, NodeId reader,
                std::span<const NodeId> element);
  bool differ_around(NodeId reader, const Bounds& written, const Polynomial& a,
                     const Polynomial& b);
  bool never_equal(const Polynomial& a, const Polynomial& b, const Bounds& bounds, int depth) const;
  static bool never_negative(Polynomial p, const Bounds& bounds);

  const Graph& g_;
  Polynomials polynomials_;
  std::unordered_map<NodeId, std::vector<NodeId>> bodies_;
};

}  // namespace gradsmith
