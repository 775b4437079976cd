#pragma once

// What each node of a Function is for emission, whatever the scope from which it is seen.

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ir/arrays.hpp"

namespace gradsmith {

enum class TermKind : std::uint8_t {
  Unused,      ///< no scalar that emission spells, or not needed
  Literal,     ///< a constant
  Parameter,   ///< a number passed by value
  Variable,    ///< a loop's index, or a number that it carries
  Result,      ///< a number that a loop has carried to its end
  Version,     ///< an array as it is in memory at some time, or a part of one
  Load,        ///< an element, a member, or a number passed by reference
  Operator,    ///< an operator of ops.def, a conversion, or a lazy && or || that need not be lazy
  Branch,      ///< an If whose sides may only run on their own path
  Loop,        ///< a Fold: a statement
  Assignment,  ///< an element of an array gets a value: a statement
};

class TermTable {
 public:
  /// Copies the graph; `classify` is called once the nodes that outputs read are all there.
  explicit TermTable(const Function& f);
  void classify(const std::vector<NodeId>& roots);

  const Function& function() const { return function_; }
  const Graph& graph() const { return graph_; }
  Graph& graph() { return graph_; }

  TermKind kind(NodeId id) const { return kinds_[id]; }
  /// The level of the loop in whose body a node is computed, 0 for none.
  int scope_of(NodeId id) const;
  /// Whether a node is computed wherever it is used, also in loops that do not change it: an
  /// element that may not be there where such a loop makes no trip, and what needs one.
  bool stays_at_use(NodeId id) const { return stays_at_use_[id]; }
  /// Whether it reads an element that may not be there, or may divide by zero: computed where the
  /// author does only.
  bool may_fail(NodeId id) const { return may_fail_.contains(id); }
  /// Whether a Load reads a loop's state that is going to be overwritten, and may read it where
  /// only some paths need it: before the statement that overwrites it, which may run whatever the
  /// path is.
  bool is_read_early(NodeId id) const;
  NodeId carrier(NodeId id) const;
  Op op(NodeId id) const;
  std::size_t operand_count(NodeId id) const;
  NodeId operand(NodeId id, std::size_t k) const;
  bool is_cheap(NodeId id) const;
  const Origin* origin(NodeId id) const { return origins_[id]; }

  struct Source {
    const gradsmith::Parameter* parameter;
    const Leaf* leaf;
  };
  /// The leaf that an Input stands for; null for a buffer.
  const Source* source(NodeId input) const;
  /// The buffer that an Input stands for: its place in Function::buffers; -1 for none.
  int buffer(NodeId input) const;

  /// The array under a chain of At nodes, and all their subscripts.
  NodeId subscripts(NodeId load, std::vector<NodeId>& indices) const;
  /// The versions that a Loop or an Assignment writes over.
  std::vector<NodeId> overwrites(NodeId id) const;
  /// Whether some statement writes over that version.
  bool is_overwritten(NodeId version) const { return overwritten_[version]; }
  /// The versions from outside that a Loop's body reads elements of.
  const std::vector<NodeId>& reads(NodeId loop) const;
  [[noreturn]] void refuse_loop(NodeId id) const;
  /// The Final of a loop's state; kNoNode where nobody asks for it.
  NodeId result_of(NodeId loop, std::size_t state) const;

 private:
  TermKind kind_of(NodeId id);
  bool reads_overwritten(NodeId id) const;
  const Origin* find_origin(NodeId id) const;
  bool all_constant_subscripts(NodeId load) const;
  void find_what_stays(const std::vector<NodeId>& live, const std::vector<NodeId>& roots);
  bool may_stay(NodeId id) const;
  bool has_what_stays(NodeId id) const;
  void note_condition(NodeId id);

  const Function& function_;
  Graph graph_;  // the function's, and elements of arrays that are handed on as they came
  std::unordered_map<NodeId, Source> sources_;
  std::unordered_map<NodeId, int> buffers_;
  std::vector<TermKind> kinds_;
  std::vector<bool> speculable_;          // cheap, and so is all that it needs
  std::unordered_map<NodeId, Op> logic_;  // Ifs that are a plain && or ||
  std::vector<const Origin*> origins_;
  std::vector<bool> overwritten_;
  std::unordered_set<NodeId> may_fail_;
  std::vector<bool> stays_at_use_;
  // Of what stays, what is safe to compute where a condition holds.
  std::unordered_map<NodeId, NodeId> safe_where_;
  std::unordered_set<NodeId> own_loads_;  // certain ones, of the function's own arrays
  std::unordered_map<NodeId, std::vector<NodeId>> mentioned_;  // by a Loop, from around
  mutable LoopMentions mentions_;
  std::unordered_map<NodeId, std::vector<NodeId>> results_;
};

}  // namespace gradsmith
