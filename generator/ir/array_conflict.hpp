#pragma once

// Statements that change an array whose former elements are still needed.

#include "ir/type.hpp"
#include "support/refusal.hpp"

namespace gradsmith {

/// A statement that cannot write over a version of an array as it stands.
struct ArrayConflict {
  NodeId statement = kNoNode;
  NodeId version = kNoNode;
};

/// gs-array-order, and where: a copy of the version for the statement to write over may help.
class ArrayOrderRefusal : public Refusal {
 public:
  ArrayOrderRefusal(const ArrayConflict& conflict, SourceLocation where)
      : Refusal("gs-array-order",
                "arrays are changed while their former elements are still needed, and too many "
                "copies would be needed",
                "work on arrays of their own", where),
        conflict_(conflict) {}

  const ArrayConflict& conflict() const { return conflict_; }

 private:
  ArrayConflict conflict_;
};

}  // namespace gradsmith
