#pragma once

// Values while loops are unrolled: nodes, and arrays taken apart into their elements.

#include <memory>
#include <span>
#include <unordered_set>
#include <vector>

#include "ir/function.hpp"

namespace gradsmith {

/// A scalar, or an array that is still whole (an input, or a part of one), is a node; an array
/// taken apart is a row-major list of scalar nodes, shared until it is written.
struct Unrolled {
  NodeId node = kNoNode;
  std::shared_ptr<std::vector<NodeId>> elements;
  TypeId type = 0;
};

/// Operations on cells.
class UnrolledValues {
 public:
  explicit UnrolledValues(Function& f);

  /// The same array as a list of elements.
  Unrolled spread(Unrolled c);
  /// An element or a part; `subscripts` that are not constant choose among the elements.
  Unrolled at(const Unrolled& array, std::span<Unrolled* const> subscripts, SourceLocation where);
  /// The array with one element or part replaced.
  Unrolled set(Unrolled array, std::span<Unrolled* const> subscripts, const Unrolled& value,
               SourceLocation where);
  Unrolled choose(NodeId condition, const Unrolled& a, const Unrolled& b);
  /// The array whose rows are given; there is at least one.
  Unrolled stack(const std::vector<Unrolled>& rows);
  /// An array without elements.
  Unrolled none(TypeId type);
  /// Zeros.
  Unrolled fill(TypeId type);
  /// An operator applied element by element.
  Unrolled combine(Op op, const Unrolled& a, const Unrolled& b);
  /// Whether `value` replaces `best` in a running minimum or maximum.
  NodeId wins(Op op, NodeId value, NodeId best);
  /// The node of a scalar; the Pack of an array.
  NodeId as_node(const Unrolled& c);

  /// Gives the node that a body node became its names and places.
  void carry_names(NodeId from, ScopeId scope, const Unrolled& to);
  /// Names an element after the array that was written: `t_0_1`.
  void name_element(NodeId write, ScopeId scope, const Unrolled& array,
                    std::span<Unrolled* const> subscripts);
  /// Names all elements after the array whose initial values they are.
  void name_elements(NodeId pack, ScopeId scope, const Unrolled& array);

 private:
  NodeId element(const Unrolled& array, std::int64_t flat);
  void name_flat(const Origin& array_name, const Unrolled& array, std::int64_t flat);
  bool is_leaf(NodeId id) const;
  /// Whether a condition costs nothing that a branch would save.
  bool is_plain(NodeId condition) const;
  NodeId choose_folded(NodeId condition, NodeId a, NodeId b);
  std::vector<std::int64_t> extents(const Unrolled& c) const { return g_.constant_extents(c.type); }
  /// The flat place of the first element that constant subscripts name; refuses outside ones.
  std::int64_t place(const Unrolled& array, std::span<Unrolled* const> subscripts,
                     SourceLocation where);
  TypeId part_type(TypeId type, std::size_t subscripts);

  Function& f_;
  Graph& g_;
  std::unordered_set<NodeId> data_inputs_;  // arrays that nothing is differentiated by
};

/// Throws gs-uninitialised where an output still reads storage that was never written,
/// gs-index-range where it reads outside an array, and gs-integer-division where it divides an
/// integer by zero.
void refuse_unread_storage(const Function& f);

}  // namespace gradsmith
