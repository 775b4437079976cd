#pragma once

// What an emitted function costs by its own account.

#include <optional>
#include <string>

namespace gradsmith {

struct OperationCounts {
  int operations;  // + - * and the like
  int divisions;
  int calls;

  int all() const { return operations + divisions + calls; }
};

// The counts in the comment above the definition of function in a header or source file; none if
// the file, the function or the comment is not there.
std::optional<OperationCounts> read_operation_counts(const std::string& file,
                                                     const std::string& function);

}  // namespace gradsmith
