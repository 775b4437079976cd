#pragma once

// The graph: immutable, hash-consed nodes in an append-only arena. Structurally equal nodes have
// equal ids; operands always precede their users, so increasing id is a topological order.
//
// Bodies of loops are open: they refer to any node. `Bound(L, 0)` is the index of the loop of level
// L, `Bound(L, k)` its k-th state. A closed loop's level is 1 + the highest level that is free in
// its operands and body, its own excluded, so loops equal up to renaming are one node. A body is
// built at any level above every level free in what it mentions (`open_level`); closing it brings
// it to its canonical level. `substitute` (ir/substitute.hpp) is the only way into a closed body.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ir/ops.hpp"
#include "ir/type.hpp"

namespace gradsmith {

/// 32 bytes. `free` has bit L set where the node depends on Bound(L, .) from outside.
struct Node {
  Op op = Op::Constant;
  std::uint8_t level = 0;  ///< of a binder or a Bound
  TypeId type = 0;
  std::uint32_t count = 0;  ///< number of operands
  std::uint64_t free = 0;
  std::uint32_t payload = 0;  ///< Input: index; Bound, Final: slot; Fold: states; Reduce: operator
  std::uint32_t words[3] = {0, 0,
                            0};  ///< up to three operands, or place in the pool, or a constant
};
static_assert(sizeof(Node) == 32);

inline constexpr int kMaxLevel = 63;

/// A loop's range in the author's own bounds; Index nodes.
struct Range {
  NodeId begin = kNoNode;
  NodeId end = kNoNode;
  NodeId step = kNoNode;
};

/// A Fold taken apart.
struct FoldParts {
  int level = 0;
  Range range;
  std::span<const NodeId> inits;
  std::span<const NodeId> nexts;
};

class Graph {
 public:
  Graph();

  std::size_t size() const { return nodes_.size(); }
  const Node& operator[](NodeId id) const { return nodes_[id]; }
  Op op(NodeId id) const { return nodes_[id].op; }
  std::span<const NodeId> operands(NodeId id) const {
    const Node& n = nodes_[id];
    return {n.count <= 3 ? n.words : pool_.data() + n.words[0], n.count};
  }
  NodeId operand(NodeId id, std::size_t i) const { return operands(id)[i]; }
  std::uint64_t free(NodeId id) const { return nodes_[id].free; }

  // Types.
  TypeId intern(const Type& type);
  const Type& type(TypeId id) const { return types_[id]; }
  const Type& type_of(NodeId id) const { return types_[nodes_[id].type]; }
  Element element(NodeId id) const {
    const TypeId type = nodes_[id].type;
    return type < kScalarTypes ? static_cast<Element>(type) : types_[type].element;
  }
  bool is_scalar(NodeId id) const {
    return nodes_[id].type < kScalarTypes || type_of(id).is_scalar();
  }
  /// An array type of constant extents.
  TypeId array_type(Element element, std::span<const std::int64_t> extents);
  /// The extents of a type, all of which must be constant.
  std::vector<std::int64_t> constant_extents(TypeId id) const;
  bool has_constant_extents(TypeId id) const;
  /// Number of elements of a type of constant extents; 1 for a scalar.
  std::int64_t element_count(TypeId id) const;

  // Leaves.
  NodeId constant(double value, Element element = Element::F64);  ///< F32 or F64
  NodeId index(std::int64_t value);
  NodeId boolean(bool value);
  /// A constant of `element` with that value, whatever the element is.
  NodeId number(Element element, double value);
  /// The input of that name, made where there is none; a second one must have the same type.
  NodeId input(std::string_view name, TypeId type);
  /// kNoNode where there is none of that name.
  NodeId find_input(std::string_view name) const;
  NodeId bound(int level, int slot, TypeId type);

  // Scalars.
  /// An operator of ops.def applied; no simplification happens.
  NodeId apply(Op op, std::span<const NodeId> operands);
  NodeId apply(Op op, std::initializer_list<NodeId> operands);
  /// `x` converted; `x` itself where it has that element already.
  NodeId convert(Element element, NodeId x);
  /// If(condition, a, b); `a` where both sides are the same node.
  NodeId choose(NodeId condition, NodeId a, NodeId b);

  // Arrays.
  NodeId at(NodeId array, std::span<const NodeId> indices);
  NodeId at(NodeId array, std::initializer_list<NodeId> indices);
  NodeId one_hot(TypeId type, std::span<const NodeId> indices, NodeId value);
  NodeId pack(TypeId type, std::span<const NodeId> elements);
  /// Zero everywhere, of a scalar or array type: Maps of a zero.
  NodeId zeros(TypeId type);

  // Loops. `level` is the level at which the body was built.
  NodeId map(int level, NodeId extent, NodeId body);
  NodeId write(int level, const Range& range, NodeId base, NodeId value,
               std::span<const NodeId> indices);
  /// base with [indices] := value, once.
  NodeId set(NodeId base, std::span<const NodeId> indices, NodeId value);
  NodeId reduce(Op op, int level, const Range& range, NodeId init, NodeId body);
  NodeId arg_reduce(Op op, int level, const Range& range, NodeId init, NodeId body);
  NodeId fold(int level, const Range& range, std::span<const NodeId> inits,
              std::span<const NodeId> nexts);
  NodeId final_state(NodeId fold, int state);
  /// `body` is a node at the fold's own canonical level, free in nothing above it. There is an
  /// element for each trip; where it depends on what loops have counted how many run, there are
  /// as many as can be, and those of no trip have no value.
  NodeId trace(NodeId fold, NodeId body);
  /// The range 0, 1, ..., n - 1.
  Range range(NodeId extent);

  /// The node with the same kind, level, type and payload, and other operands; types that follow
  /// from operands are found again. Binders are closed at their canonical level.
  NodeId with_operands(NodeId id, std::span<const NodeId> operands);

  // Reading.
  double constant_value(NodeId id) const;  ///< of a constant of any scalar element
  std::int64_t index_value(NodeId id) const;
  bool is_constant(NodeId id) const { return nodes_[id].op == Op::Constant; }
  bool is_constant(NodeId id, double value) const;  ///< by ==, so 0 matches -0
  const std::string& input_name(NodeId id) const;
  int slot(NodeId id) const { return static_cast<int>(nodes_[id].payload); }
  Op reducer(NodeId id) const { return static_cast<Op>(nodes_[id].payload); }
  Range range_of(NodeId binder) const;  ///< of a Write, Reduce, ArgReduce or Fold
  FoldParts fold_parts(NodeId fold) const;

  /// How much there is, for `take_back`.
  struct Mark {
    std::size_t nodes, pool, types, inputs;
  };
  Mark mark() const { return {nodes_.size(), pool_.size(), types_.size(), input_names_.size()}; }
  /// Removes all that was made since: ids that were given out then are of nothing, and are given
  /// out again.
  void take_back(const Mark& mark);

  /// The lowest level above every level in `mask`.
  static int level_above(std::uint64_t mask);
  static std::uint64_t bit(int level) { return std::uint64_t{1} << level; }
  /// The number of leading operands of a binder that stand outside its level (its extent or range,
  /// and inits, base, init); the rest is its body.
  std::size_t outside_operands(NodeId binder) const;

 private:
  /// The low half of a node's hash tells most others apart without a look at them.
  struct Entry {
    NodeId id = kNoNode;
    std::uint32_t hash = 0;
  };
  NodeId add(Node node, std::span<const NodeId> operands);
  NodeId add_binder(Op op, int level, TypeId type, std::uint32_t payload,
                    std::span<const NodeId> operands);
  NodeId leaf(Node node);
  NodeId find_or_append(const Node& node, std::span<const NodeId> operands);
  std::uint64_t type_free(TypeId id) const { return types_free_[id]; }
  void grow_table();

  std::vector<Node> nodes_;
  std::vector<NodeId> pool_;  // operands of nodes that have more than three
  std::vector<Entry> table_;  // open addressing, a power of two
  std::vector<Type> types_;
  std::vector<std::uint64_t> types_free_;
  std::vector<std::string> input_names_;
  std::unordered_map<std::string, NodeId> inputs_;
};

}  // namespace gradsmith
