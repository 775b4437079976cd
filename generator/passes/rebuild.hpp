#pragma once

// What passes share that replace nodes of a Function by others: which nodes there are, nodes with
// other operands, and the Function that refers to the replacements.

#include <functional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ir/function.hpp"

namespace gradsmith {

/// What a Function refers to: the values of its outputs and locals.
std::vector<NodeId> roots_of(const Function& f);

/// `id` with other operands. A Trace follows its Fold to the level that the new one has; where that
/// would confuse two levels (the Fold has lost an outer index that the traced node still mentions)
/// the Trace keeps the old Fold. `operands` are changed on the way.
NodeId rebuilt(Graph& g, NodeId id, std::span<NodeId> operands);

/// The nodes that types of the live nodes mention, with all that they are made of. No pass replaces
/// them, so that types that were equal stay equal.
std::vector<NodeId> extents_of_types(const Graph& g, std::span<const NodeId> live);

/// The Folds of which some trip's values are asked for.
std::unordered_set<NodeId> traced_folds(const Graph& g, std::span<const NodeId> live);

/// Whether `id` is `on`, or needs it.
bool depends_on(const Graph& g, NodeId id, NodeId on);

/// The nodes, by id, that outputs need only through a side of a branch. What stands there may have
/// been put so for the sake of its range (passes/stable_forms.hpp), and no algebra touches it.
std::vector<bool> only_in_branches(const Function& f);

/// What nodes become, operands first: `better(id, fresh)` as for `rebuild`.
std::unordered_map<NodeId, NodeId> rebuilt_nodes(
    Function& f, std::span<const NodeId> nodes,
    const std::function<NodeId(NodeId id, NodeId fresh)>& better);

/// The same where loads read elements of other arrays: `instead`, by the
/// load. Subscripts that hang on such loads become others, too.
std::unordered_map<NodeId, NodeId> reading_instead(
    Function& f, std::span<const NodeId> nodes, const std::unordered_map<NodeId, NodeId>& instead);

/// Makes outputs, locals and provenance refer to `renamed(id)` for each of the live nodes.
void rename(Function& f, std::span<const NodeId> live,
            const std::function<NodeId(NodeId)>& renamed);

/// Replaces live nodes, operands first: `better(id, fresh)` gives what stands for a node that with
/// its operands replaced is `fresh`; returning `fresh` keeps it.
void rebuild(Function& f, const std::function<NodeId(NodeId id, NodeId fresh)>& better);

}  // namespace gradsmith
