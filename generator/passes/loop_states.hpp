#pragma once

// What loops carry: sums, products, extrema and their places as the states of a Fold, and Folds
// without states that nobody needs.

#include <functional>
#include <map>
#include <set>
#include <unordered_set>
#include <vector>

#include "ir/function.hpp"

namespace gradsmith {

struct LoopStates {
  std::vector<NodeId> inits;
  std::vector<NodeId> nexts;  ///< at the loop's own level
};

/// A Reduce or a Write (one state), an ArgReduce (the best so far, and the index that it had) or a
/// Fold with those operands. Bits and ties are those of the loop.
LoopStates states_of_loop(Graph& g, NodeId loop, const std::vector<NodeId>& operands);

/// A sum, product or extremum as the Fold whose first final state it is.
NodeId as_fold(Graph& g, NodeId reduce);

/// What the index and the states of a Fold are in a trip, as another loop sees them: by slot.
std::vector<NodeId> values_in_trip(Graph& g, NodeId fold, NodeId index, NodeId trip);

/// Which of a loop's states a node of its body mentions.
std::vector<bool> states_in(const Graph& g, NodeId root, int level, std::size_t count);

/// The final states of a Fold that are asked for, of a Fold that has no others than these and those
/// that they need. What is left keeps its names.
std::map<int, NodeId> finals_of(Function& f, NodeId fold, const std::set<int>& asked);

/// Replaces what loops come to, those that sum up arrays and Folds, but for the `fixed` ones:
/// `finals` gives what stands for each final state of a loop, by slot; none where it stays as it
/// is. It is asked once for each loop.
void rebuild_finals(Function& f, const std::unordered_set<NodeId>& fixed,
                    const std::function<std::vector<NodeId>(NodeId loop)>& finals);

/// Every Fold without the states that nobody asks for; Folds that are traced stay as they are.
Function drop_states(Function f);

}  // namespace gradsmith
