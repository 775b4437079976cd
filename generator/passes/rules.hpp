#pragma once

// The table of rewrite rules: algebra that always pays, one line each.

#include <span>
#include <string_view>
#include <vector>

#include "passes/pattern.hpp"

namespace gradsmith {

/// How exactly the two sides of a rule are equal. On integers and truth values every rule is exact.
enum class Exactness : std::uint8_t {
  Exact,     ///< the same bits, a NaN's payload and sign excepted
  Finite,    ///< the same bits but for zero's sign when every operand and intermediate of the left
             ///< side, and its result, are finite
  Rounding,  ///< equal in real arithmetic wherever the left side is defined
};

/// Which rules take part.
enum class RuleSet : std::uint8_t {
  Identities,  ///< 0+x, x+0, 0*x, x*0, 1*x, x*1, 0/x, x-0, x/1, and constant folding
  All,
};

/// One line of the table, as written in rules.cpp.
struct RuleRow {
  enum class Note : std::uint8_t {
    None,
    Identity,  ///< belongs to RuleSet::Identities
    FreeOnly,  ///< changes only how an expression is written: not for the author's own
  };
  std::string_view name;
  std::string_view left;
  std::string_view right;
  Exactness exactness;
  Note note = Note::None;
};

/// The table.
std::span<const RuleRow> rule_rows();

/// A line of the table, made ready. A rule lowers, in this order of importance: calls, divisions
/// and square roots, other operations, nodes; then signs move towards the root and constants to the
/// front. Where the right side costs more than the left side's root, that holds only if nothing
/// else uses the operators inside the left side: those are `consumed`, and the rule applies only
/// then.
struct Rule {
  const RuleRow* row = nullptr;
  Pattern left;
  Pattern right;
  std::vector<int> consumed;  ///< places in `left`
};

/// The table made ready, in its order.
std::span<const Rule> rules();

/// The rules whose left side has `root` as its root operator, in the table's order, each followed
/// by itself with the operands of commutative operators exchanged.
std::span<const Rule> rules_at(Op root);

/// What is permitted at a node.
struct Permission {
  Exactness exactness = Exactness::Exact;  ///< this class and the ones before it
  bool free = false;                       ///< the node is no part of the author's value
  RuleSet set = RuleSet::All;
};

/// Whether `rule` may be applied to values of `element` at all.
bool permits(const Permission& permission, const Rule& rule, Element element);

/// The outcome of looking for a rule at a node.
struct Rewrite {
  const Rule* rule = nullptr;  ///< null: none applies
  NodeId result = kNoNode;
  bool shared = false;  ///< a rule would apply, but something else uses what it consumes
};

/// Applies the first rule that matches at the root of `id`. `uses` counts each node's users (none
/// where it is too short); `renamed`, if given, maps the matched variables to what stands for them
/// in the result.
Rewrite apply_rules(Graph& graph, NodeId id, const Permission& permission,
                    std::span<const std::uint32_t> uses,
                    const std::vector<NodeId>* renamed = nullptr);

}  // namespace gradsmith
