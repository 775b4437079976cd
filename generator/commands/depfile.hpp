#pragma once

// The rule, in the syntax of make, that says when an output must be made again.

#include <string>
#include <string_view>
#include <vector>

namespace gradsmith {

/// What one output depends on.
struct Dependencies {
  std::string target;
  std::vector<std::string> files;
};

/// One rule per output, a file per line; blanks, `#`, `$` and backslashes escaped as make and ninja
/// read them.
std::string depfile_text(const std::vector<Dependencies>& rules);

/// Whether a text reads as depfile_text writes it: such a file may be replaced.
bool is_depfile(std::string_view text);

}  // namespace gradsmith
