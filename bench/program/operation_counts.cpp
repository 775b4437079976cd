#include "operation_counts.hpp"

#include <cstdio>
#include <fstream>

namespace gradsmith {

std::optional<OperationCounts> read_operation_counts(const std::string& file,
                                                     const std::string& function) {
  std::ifstream lines(file);
  std::optional<OperationCounts> last;
  std::string line;
  while (std::getline(lines, line)) {
    OperationCounts counts{};
    // Also "1 operation, 1 division, 1 call."
    if (std::sscanf(line.c_str(), "// %d operation%*[s,] %d division%*[s,] %d call",
                    &counts.operations, &counts.divisions, &counts.calls) == 3) {
      last = counts;
    }
    if (line.starts_with("inline ") && line.find(" " + function + "(") != std::string::npos) {
      return last;
    }
    if (line == "}") last.reset();
  }
  return {};
}

}  // namespace gradsmith
