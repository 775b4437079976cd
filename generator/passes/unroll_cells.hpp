#pragma once

// Values while loops are unrolled: nodes, and arrays taken apart into their elements.

#include <memory>
#include <span>
#include <unordered_set>
#include <vector>

#include "ir/function.hpp"

namespace gradsmith {

/// A scalar, or an array that is still whole (an input, or a part of one), is a node; an array taken
/// apart is a row-major list of scalar nodes, shared until it is written.
struct Cell {
  NodeId node = kNoNode;
  std::shared_ptr<std::vector<NodeId>> elements;
  TypeId type = 0;
};

/// Operations on cells.
class Cells {
 public:
  explicit Cells(Function& f);

  /// The same array as a list of elements.
  Cell spread(Cell c);
  /// An element or a part; `subscripts` that are not constant choose among the elements.
  Cell at(const Cell& array, std::span<Cell* const> subscripts, SourceLocation where);
  /// The array with one element or part replaced.
  Cell set(Cell array, std::span<Cell* const> subscripts, const Cell& value, SourceLocation where);
  Cell choose(NodeId condition, const Cell& a, const Cell& b);
  /// The array whose rows are given; there is at least one.
  Cell stack(const std::vector<Cell>& rows);
  /// An array without elements.
  Cell none(TypeId type);
  /// Zeros.
  Cell fill(TypeId type);
  /// An operator applied element by element.
  Cell combine(Op op, const Cell& a, const Cell& b);
  /// Whether `value` replaces `best` in a running minimum or maximum.
  NodeId wins(Op op, NodeId value, NodeId best);
  /// The node of a scalar; the Pack of an array.
  NodeId as_node(const Cell& c);

  /// Gives the node that a body node became its names and places.
  void carry_names(NodeId from, const Cell& to);
  /// Names an element after the array that was written: `t_0_1`.
  void name_element(NodeId write, const Cell& array, std::span<Cell* const> subscripts);

 private:
  NodeId element(const Cell& array, std::int64_t flat);
  NodeId choose_folded(NodeId condition, NodeId a, NodeId b);
  std::vector<std::int64_t> extents(const Cell& c) const { return g_.constant_extents(c.type); }
  /// The flat place of the first element that constant subscripts name; refuses outside ones.
  std::int64_t place(const Cell& array, std::span<Cell* const> subscripts, SourceLocation where);
  TypeId part_type(TypeId type, std::size_t subscripts);

  Function& f_;
  Graph& g_;
  std::unordered_set<NodeId> data_inputs_;  // arrays that nothing is differentiated by
};

/// Throws gs-uninitialised where an output still reads storage that was never written, and
/// gs-index-range where it reads outside an array.
void refuse_unread_storage(const Function& f);

}  // namespace gradsmith
