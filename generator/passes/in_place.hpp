#pragma once

// Which arrays can be made where the parameter lies whose content they change.

#include <set>
#include <unordered_map>
#include <utility>

#include "ir/function.hpp"

namespace gradsmith {

/// What changes the arrays of parameters, step by step, from what they hold on entry to what they
/// hold in the end.
struct InPlace {
  /// An array of new elements, or with more added to it.
  struct Array {
    NodeId input = kNoNode;   // in whose place
    NodeId before = kNoNode;  // the array that it changes there; none where all of it is new
  };
  std::unordered_map<NodeId, Array> arrays;
  /// Statements, and which of their operands they change.
  std::set<std::pair<NodeId, std::size_t>> statements;
};

/// Nothing is said of arrays that others need as they were: whoever reads them comes before, or
/// reads a copy (passes/copy_versions.hpp).
InPlace find_in_place(const Function& f);

}  // namespace gradsmith
