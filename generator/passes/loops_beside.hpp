#pragma once

// Two loops in the same body: their states as those of one, and what stands around them.

#include <functional>
#include <vector>

#include "ir/function.hpp"

namespace gradsmith {

/// The states of a loop and then those of another one, on one level.
struct TwoLoops {
  int level = 0;
  std::vector<NodeId> inits;
  std::vector<NodeId> nexts;
  std::size_t first = 0;  ///< how many are the first one's
};
TwoLoops states_of_both(Function& f, NodeId first, NodeId second);

/// Replaces nodes in the body of a loop, or with kNoNode everywhere: as `rebuild` in
/// passes/rebuild.hpp does. Other bodies that have the same nodes keep them.
void rebuild_in(Function& f, NodeId around,
                const std::function<NodeId(NodeId id, NodeId fresh)>& better);

}  // namespace gradsmith
