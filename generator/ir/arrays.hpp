#pragma once

// Arrays as memory sees them: versions that follow one another in one place. A single assignment
// makes the next version of its base, a loop the next of each state that it starts with.

#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ir/function.hpp"

namespace gradsmith {

/// Whether a Write is a single assignment, base with [e] := v.
bool is_assignment(const Graph& g, NodeId id);

/// The version that comes before, in the same place: the base of an assignment, what a loop's
/// state starts with, either side of a choice between versions of one place. kNoNode for those
/// that are the first: inputs, states inside a loop's body, and values that are no version.
NodeId version_before(const Graph& g, NodeId array);

/// A statement that makes a version, and the version that it writes over.
struct Overwriting {
  NodeId statement = kNoNode;
  NodeId version = kNoNode;
};

/// The statements that may have gone into a version, on either side of choices, back to `until` or
/// to the first version.
std::vector<Overwriting> statements_before(const Graph& g, NodeId array, NodeId until = kNoNode);

/// The statement that brings the array to its first version after `input`; kNoNode for none.
NodeId first_statement(const Graph& g, NodeId array, NodeId input);

/// The first of an array's versions.
NodeId first_version(const Graph& g, NodeId array);

/// An array as a sum of two, element by element: a and b of Map(i, a[i] + b[i]), over all ranks.
struct ArraySum {
  NodeId a = kNoNode;
  NodeId b = kNoNode;
};
ArraySum as_array_sum(const Graph& g, NodeId array);

/// The arrays of its own lengths whose elements a Map adds up, from left to right: a, b and c of
/// Map(i, a[i] + b[i] + c[i]), over all ranks. Empty where it does something else.
std::vector<NodeId> addends_of(const Graph& g, NodeId array);

/// All summands of an array, from left to right; the array itself where it is no sum.
std::vector<NodeId> summands_of(const Graph& g, NodeId array);

/// An array whose elements have no value yet, and are never asked for theirs.
NodeId uninitialised_array(Graph& g, const std::string& name, TypeId type);
bool is_uninitialised(const Graph& g, NodeId id);

/// Whether an array is zero throughout: Maps of a constant 0.
bool is_zero_array(const Graph& g, NodeId array);

/// The array under a chain of At nodes, and all their subscripts.
NodeId array_under(const Graph& g, NodeId at, std::vector<NodeId>& indices);

/// The versions that a Fold or an assignment writes over.
std::vector<NodeId> overwritten_by(const Graph& g, NodeId id);

/// Statements of which only one ever runs, because they stand on different sides of a choice
/// between arrays, and so may write over one version: each has one of them for all.
class Alternatives {
 public:
  Alternatives(const Graph& g, std::span<const NodeId> nodes);
  NodeId of(NodeId statement) const;

 private:
  std::unordered_map<NodeId, NodeId> to_;
};

/// What the bodies of Folds take from outside.
class LoopMentions {
 public:
  explicit LoopMentions(const Graph& g) : g_(g) {}
  struct Mentioned {
    std::vector<NodeId> nodes;  ///< outermost ones, ascending; numbers and parameters among them
    std::vector<NodeId> reads;  ///< arrays of which elements are read, ascending
  };
  const Mentioned& of(NodeId fold);

 private:
  const Graph& g_;
  std::unordered_map<NodeId, Mentioned> known_;
};

/// The array that a Map copies element by element; the array itself where it does not.
NodeId copied_by(const Graph& g, NodeId array);

/// Whether a version is what a buffer is before anything has been written there.
bool is_buffer(const Graph& g, NodeId version);

/// Whether a buffer of the function's own lies in the workspace that the caller provides: where its
/// length is known at run time only, or too much for the stack.
bool is_in_workspace(const Graph& g, const Buffer& buffer);

/// Whether an extent could come out below zero, where the array then has no elements.
bool may_be_negative(const Graph& g, NodeId extent);

/// The extent, or 0 where it could come out below.
NodeId never_negative(Graph& g, NodeId extent);

/// The k-th state, from 0, of a loop of that level.
NodeId loop_state(Graph& g, int level, std::size_t k, TypeId type);

/// Which state of the loop of that level a node is, from 0; none for other nodes.
std::optional<std::size_t> state_number(const Graph& g, NodeId id, int level);

/// Whether a node is the k-th state, from 0, of the loop of that level.
bool is_state(const Graph& g, NodeId id, int level, std::size_t k);

/// Whether what a loop's body computes needs that state of the loop.
bool mentions_state(const Graph& g, NodeId id, int level, std::size_t k);

/// The level of the loop whose body a node belongs to: the highest that is free in it; 0: none.
int scope_of(const Graph& g, NodeId id);

/// Whether a node divides integers by what is not a constant, and so may be zero.
bool divides_by_unknown(const Graph& g, NodeId id);

/// What a trip of the loop of that level computes, ascending: also what only loops inside it tell
/// apart. Loops inside that do not hang on it come before it, and may bind its level again.
std::vector<NodeId> computed_in(const Graph& g, std::span<const NodeId> roots, int level);

/// In which loops' bodies nodes are computed, ascending; none for those of the function's own
/// scope. Equal nodes are one wherever they stand, so there may be several, and what is changed for
/// one of the bodies must be right in all.
std::unordered_map<NodeId, std::vector<NodeId>> bodies_with(const Graph& g,
                                                            std::span<const NodeId> live);

/// The nodes of the scope of that level that `ends` need on every path: the ends themselves, and
/// what such nodes need but for the sides of choices and the bodies of loops.
std::unordered_set<NodeId> needed_by(const Graph& g, std::span<const NodeId> ends, int level);

/// What each trip of a loop needs on every path: nodes of its body, and of the scopes around; where
/// `holds` is given, on every path on which that condition holds.
std::unordered_set<NodeId> needed_by_each_trip(const Graph& g, NodeId loop, NodeId holds = kNoNode);

/// The live nodes that their own scope needs on every path: a root, what a trip of each loop whose
/// body has the node computes, and what such nodes need of the same scope. Others are read on one
/// side of a choice only, or by loops inside, which may make no trip.
std::unordered_set<NodeId> needed_in_own_scope(const Graph& g, std::span<const NodeId> live,
                                               std::span<const NodeId> roots);

/// Gives the nodes under `fresh` the names of those under `old`, of which it is a copy.
void carry_names(Function& f, NodeId old, NodeId fresh);

/// As `relevel` (ir/substitute.hpp), and the nodes keep their names.
NodeId relevel_named(Function& f, NodeId body, int from, int to);

}  // namespace gradsmith
