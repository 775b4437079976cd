#pragma once

// Running the integer part of a graph to see which inputs its values depend on: loops are followed
// trip by trip, subscripts and conditions are known where they do not depend on data.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "ir/graph.hpp"

namespace gradsmith::frontend {

/// The loops run too long to follow.
struct TooLong {};

class InputFollower {
 public:
  /// `bits` gives the inputs to look for, a bit each. With `trips`, loops of constant range are
  /// followed trip by trip, and TooLong is thrown where that takes too many steps; without, every
  /// loop may run any number of times.
  InputFollower(const Graph& graph, const std::unordered_map<NodeId, std::uint64_t>& bits,
                bool trips);

  /// From here on a condition has this value, and so has what follows from it.
  void assume(NodeId condition, bool value);

  /// For each root, the inputs that it may depend on. Once per object.
  std::vector<std::uint64_t> follow(std::span<const NodeId> roots);

 private:
  /// An integer or condition that may be known, and the inputs that it depends on.
  struct Scalar {
    std::int64_t value = 0;
    std::uint64_t from = 0;
    bool known = false;

    bool operator==(const Scalar&) const = default;
  };
  /// Row-major; one for a scalar. An extent that only a run knows counts as one.
  using Elements = std::shared_ptr<std::vector<Scalar>>;
  /// What one trip of a loop evaluates, in order.
  struct Body {
    std::vector<NodeId> nodes;
    /// The Writes after which nothing reads the array that they change: they may do it in place.
    std::unordered_set<NodeId> last_uses;
  };
  /// Where an element begins among those of an array, and how many scalars it has; no position
  /// where a subscript is not known or outside.
  struct Part {
    bool known = true;
    std::size_t begin = 0;
    std::size_t size = 1;
    std::uint64_t from = 0;  ///< of the subscripts
  };

  /// The two sides of a && b or a || b, operators or choices.
  std::optional<std::pair<NodeId, NodeId>> parts_of(NodeId id, Op op) const;
  static Elements scalar(Scalar s);
  static std::uint64_t all(const std::vector<Scalar>& elements);
  Elements choose(const Scalar& c, const Elements& a, const Elements& b);
  const Scalar& at(NodeId id) const { return (*values_[id])[0]; }
  Body body_under(std::span<const NodeId> roots, int level, std::uint64_t outer) const;
  void spend(std::int64_t steps);
  void run(const Body& body);
  void fold(NodeId id);
  std::vector<Elements> next_states(const Body& body, const FoldParts& parts, Scalar index,
                                    std::vector<Elements> states);
  Elements evaluate(NodeId id, bool in_place);
  Elements repeat(NodeId id, const std::vector<Scalar>& part);
  /// Of the elements that stand for an array of the type.
  std::size_t count_of(TypeId type) const;
  Part part_of(NodeId array, std::span<const NodeId> subscripts) const;
  Elements element(std::span<const NodeId> operands);
  Elements write(NodeId id, std::span<const NodeId> operands, bool in_place);
  Elements operation(NodeId id, std::span<const NodeId> operands) const;

  const Graph& g_;
  const std::unordered_map<NodeId, std::uint64_t>& bits_;
  bool trips_;
  std::unordered_map<NodeId, bool> assumed_;
  std::vector<Elements> values_;
  std::unordered_map<NodeId, std::vector<Elements>> finals_;
  std::unordered_map<NodeId, Body> bodies_;
  std::int64_t steps_ = 0;
};

}  // namespace gradsmith::frontend
