#pragma once

// How emission sees the nodes of a Function: literals and parameters that are spelled where they
// stand, elements that are read from memory, operators, and branches; and the stores that the
// outputs come to.

#include <optional>
#include <unordered_map>
#include <vector>

#include "emit/expression.hpp"
#include "ir/function.hpp"

namespace gradsmith {

enum class TermKind : std::uint8_t {
  Unused,     ///< no scalar that emission spells (an array parameter as a whole), or not needed
  Literal,    ///< a constant
  Parameter,  ///< a number passed by value
  Load,       ///< an element, a member, or a number passed by reference
  Operator,   ///< an operator of ops.def, a conversion, or a lazy && or || that need not be lazy
  Branch,     ///< an If whose sides may only run on their own path
};

/// One number that the function hands back, in the order in which it is written.
struct Store {
  bool returned = false;  ///< part of the return value
  Place place;            ///< the root is empty for the return value
  NodeId value = kNoNode;
};

class Terms {
 public:
  /// Throws Refusal (gs-loop-kept) where a loop or a whole array is still reachable, and
  /// (gs-uninitialised) where a variable without a value is.
  explicit Terms(const Function& f);

  const Function& function() const { return function_; }
  const Graph& graph() const { return graph_; }
  std::size_t size() const { return graph_.size(); }

  TermKind kind(NodeId id) const { return kinds_[id]; }
  /// Whether the node is computed or read somewhere, rather than spelled at every use.
  bool is_placed(NodeId id) const { return kinds_[id] >= TermKind::Load; }
  /// The operator of an Operator term; Convert for conversions.
  Op op(NodeId id) const;

  /// What a term needs first: an Operator's operands, a Load's subscripts that are not constant,
  /// a Branch's condition and its two sides.
  std::size_t operand_count(NodeId id) const;
  NodeId operand(NodeId id, std::size_t k) const;

  /// Whether computing the node where nobody needs it costs little and cannot fail, its operands
  /// being there: + - * and negation of floating numbers, comparisons, logic, minimum, maximum,
  /// fabs, reading an element that certainly exists.
  bool is_cheap(NodeId id) const;
  /// Whether a Load reads memory that an output could share.
  bool may_alias(NodeId id) const;
  /// Where a Parameter or Load is read; subscripts that are not constant refer to operands.
  Place place(NodeId id) const;
  /// Whether a Parameter or Load of an integer may have another type than the one in which the
  /// function computes integers: int, or long long.
  bool is_other_integer(NodeId id) const;
  /// Whether a Parameter is an integer that may be beyond long long.
  bool is_unsigned_64(NodeId id) const;
  /// The name for printing of a placed term, null where there is none: the author's, or a derived
  /// one. A branch that has none takes the author's for its sides: where both have the same, or one
  /// has and the other is no more than a number. An element with its parameter's name has none.
  const Origin* origin(NodeId id) const { return origins_[id]; }
  /// The parameter that a Parameter or Load reads.
  const gradsmith::Parameter& parameter(NodeId id) const;

  const std::vector<Store>& stores() const { return stores_; }
  /// Whether the return value is an array or aggregate that is filled member by member.
  bool returns_object() const { return returns_object_; }

 private:
  struct Source {
    const gradsmith::Parameter* parameter;
    const Leaf* leaf;
  };
  void flatten_outputs();
  void flatten(const Output& output);
  NodeId element_of(NodeId array, std::span<const std::int64_t> indices);
  TermKind classify(NodeId id);
  const Origin* find_origin(NodeId id) const;
  const Source& source(NodeId input) const;
  /// The Input under a chain of At nodes, and all their subscripts.
  NodeId subscripts(NodeId load, std::vector<NodeId>& indices) const;
  bool all_constant_subscripts(NodeId load) const;
  [[noreturn]] void refuse_loop(NodeId id) const;

  const Function& function_;
  Graph graph_;  // the function's, and elements of arrays that are handed on as they came
  std::unordered_map<NodeId, Source> sources_;
  std::vector<Store> stores_;
  std::vector<TermKind> kinds_;
  std::vector<bool> speculable_;          // cheap, and so is all that it needs
  std::unordered_map<NodeId, Op> logic_;  // Ifs that are a plain && or ||
  std::vector<const Origin*> origins_;
  bool returns_object_ = false;
};

}  // namespace gradsmith
