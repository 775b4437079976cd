#pragma once

// How long the arrays are that come as pointers, by the subscripts that the function uses.

#include <string>
#include <unordered_set>
#include <vector>

#include "ir/function.hpp"

namespace gradsmith::frontend {

/// What came out for one of Function::lengths.
struct LengthFinding {
  NodeId value = kNoNode;   ///< as Length::value
  NodeId access = kNoNode;  ///< an At or Write whose subscript is the reason that nothing is known
  std::string likely = {};  ///< what the author may have to say then, or nothing
};

/// One finding per entry of f.lengths; adds the nodes of lengths to the graph. Every access lies
/// below the length, and the last element is accessed wherever the loops that make the access run:
/// so the length is never too short, and too long only where such a loop is empty. Of a work array
/// every write lies below the length, and every read whose subscript tells and that no condition
/// may leave out: it may be longer than needed.
///
/// `straight`: reads that the author makes outside all loops and branches, also where only a loop
/// that may be empty needs what is read.
std::vector<LengthFinding> find_lengths(Function& f, const std::unordered_set<NodeId>& straight);

}  // namespace gradsmith::frontend
