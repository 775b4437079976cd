#pragma once

// How emission sees the nodes of a Function: literals and parameters that are spelled where they
// stand, elements that are read from memory, operators, branches, loops and assignments; and the
// stores that the outputs come to.

#include <memory>
#include <optional>
#include <vector>

#include "emit/expression.hpp"
#include "emit/term_table.hpp"
#include "ir/array_conflict.hpp"
#include "ir/function.hpp"

namespace gradsmith {

/// One number that the function hands back, in the order in which it is written; inside a loop, the
/// next value of a number that it carries.
struct Store {
  bool returned = false;  ///< part of the return value
  Place place;            ///< the root is empty for the return value
  NodeId value = kNoNode;
  std::string integer_type = {};  ///< of an integer: as which it is written; may be empty
};

/// Terms are seen from a scope: the function's own, or the body of a loop. What belongs to a scope
/// further out is not placed here; it is computed there.
class Terms {
 public:
  /// The function's scope. Throws Refusal (gs-loop-kept) where a loop or array is reachable that
  /// `materialise` has not prepared, and (gs-uninitialised) where a variable without a value is.
  explicit Terms(const Function& f);

  /// The body of a loop of this scope; `states` names what it carries, empty for arrays. This
  /// scope must outlive it.
  Terms inside(NodeId fold, std::vector<std::string> states) const;

  /// The level of its Bounds; 0 for the function's own scope.
  int level() const { return level_; }
  /// The scope's loop; kNoNode for the function's own scope.
  NodeId loop() const { return loop_; }
  const Function& function() const { return table_->function(); }
  const Graph& graph() const { return table_->graph(); }
  std::size_t size() const { return graph().size(); }

  TermKind kind(NodeId id) const { return table_->kind(id); }
  /// Whether the node is computed or read in this scope, rather than spelled at every use.
  bool is_placed(NodeId id) const {
    return kind(id) >= TermKind::Load && (table_->scope_of(id) == level_ || is_repeated(id));
  }
  /// Whether the node is computed in a scope around.
  bool is_outside(NodeId id) const {
    return kind(id) >= TermKind::Load && table_->scope_of(id) != level_ && !is_repeated(id);
  }
  /// What computes a node: the loop that a result comes from, what brought an array to this
  /// version.
  NodeId carrier(NodeId id) const { return table_->carrier(id); }
  /// The operator of an Operator term; Convert for conversions.
  Op op(NodeId id) const { return table_->op(id); }

  /// What a term needs first: an Operator's operands; a Load's subscripts that are not constant,
  /// and its array; a Branch's condition and its two sides; an Assignment's array, subscripts and
  /// value; a Loop's bounds, what it starts with, and what its body mentions of the scopes around.
  std::size_t operand_count(NodeId id) const { return table_->operand_count(id); }
  NodeId operand(NodeId id, std::size_t k) const { return table_->operand(id, k); }

  /// Whether computing the node where nobody needs it costs little and cannot fail, its operands
  /// being there: + - * and negation of floating numbers, comparisons, logic, minimum, maximum,
  /// fabs, reading an element that certainly exists.
  bool is_cheap(NodeId id) const { return table_->is_cheap(id); }
  bool is_read_early(NodeId id) const { return table_->is_read_early(id); }
  /// Whether a Load reads memory that an output could share.
  bool may_alias(NodeId id) const;
  /// Where a Parameter or Load is read; subscripts that are not constant refer to operands.
  Place place(NodeId id) const;
  /// Whether an array has more extents than its output subscripts, or follows another output behind
  /// the same pointer: it lies row-major behind a single subscript.
  bool is_flat(NodeId memory) const;
  /// Where an element of the array lies that has that memory; of a flat one the subscript is
  /// operand 0, whatever the indices.
  Place place_in(NodeId memory, const std::vector<NodeId>& indices) const;
  /// Whether a Parameter or Load of an integer may have another type than the one in which the
  /// function computes integers: int, or long long.
  bool is_other_integer(NodeId id) const;
  /// Whether a Parameter is an integer that may be beyond long long.
  bool is_unsigned_64(NodeId id) const;
  /// As what C++ spells the integers of an output, or of the array that has that memory; empty
  /// where that is not known.
  std::string integer_type(const Output& output) const;
  std::string integer_type(NodeId memory) const;
  /// The name for printing of a placed term, null where there is none: the author's, or a derived
  /// one. A branch that has none takes the author's for its sides: where both have the same, or one
  /// has and the other is no more than a number. An element with its parameter's name has none.
  const Origin* origin(NodeId id) const { return table_->origin(id); }
  /// The parameter that a Parameter or Load reads; null for an element of a buffer.
  const gradsmith::Parameter* parameter(NodeId id) const;

  const std::vector<Store>& stores() const { return stores_; }
  /// Arrays that the scope brings to their last versions.
  const std::vector<NodeId>& effects() const { return effects_; }
  /// Whether a statement makes what the next trip begins with, in the place of the state itself: a
  /// copy for it to write over would have to be copied back.
  bool ends_trip(const ArrayConflict& conflict) const;
  /// Whether the return value is an array or aggregate that is filled member by member.
  bool returns_object() const { return returns_object_; }

  /// The Input in whose memory an array lies.
  NodeId memory_of(NodeId array) const;
  /// The subscripts by which an array is a part of that memory, all of them nodes.
  std::vector<NodeId> view_of(NodeId array) const;
  /// What the scope that a Variable belongs to calls it, empty for an index.
  const std::string& state_name(NodeId variable) const;
  const TermTable& table() const { return *table_; }

 private:
  Terms() = default;
  /// What a loop does not change, and computes all the same.
  bool is_repeated(NodeId id) const {
    return table_->stays_at_use(id) && table_->scope_of(id) < level_;
  }
  void flatten_outputs(TermTable& table);
  void flatten(TermTable& table, const Output& output);
  /// The scope whose body has the Bounds of a level.
  const Terms& scope_with(int level) const;

  std::shared_ptr<const TermTable> table_;
  int level_ = 0;
  NodeId loop_ = kNoNode;
  const Terms* around_ = nullptr;
  std::vector<std::string> states_;
  std::vector<Store> stores_;
  std::vector<NodeId> effects_;
  bool returns_object_ = false;
};

}  // namespace gradsmith
