#pragma once

// Loops that are left before their end.

#include <unordered_map>

#include "ir/function.hpp"

namespace gradsmith {

/// A function whose loops have bodies as they are before one of their states comes true, and leave
/// then: `for (...; i < n && !stopped; ...)`. What the graph says of the trips after that, that
/// they change nothing, is gone, so that emission has to leave these loops.
struct LeftEarly {
  Function function;
  std::unordered_map<NodeId, std::size_t> until;  ///< by Fold: which state ends it
  std::unordered_map<NodeId, NodeId> former;      ///< what nodes were that are others now

  /// What a node was in the function as it was.
  NodeId before(NodeId id) const;
};

/// `break` and `return` in a loop are a condition that holds from some trip on, under which all
/// else stays as it was. Loops that still do something then, such as storing a row for the way
/// back, are left as they are.
LeftEarly leave_loops(const Function& f);

}  // namespace gradsmith
