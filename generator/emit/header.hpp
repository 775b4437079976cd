#pragma once

// A whole generated file: banner, include guard, includes, and what stands in the namespaces.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "emit/split.hpp"
#include "ir/function.hpp"

namespace gradsmith {

/// One thing in a generated file, inside `namespaces` (outermost first; inline ones begin with
/// '!').
struct HeaderItem {
  std::vector<std::string> namespaces;
  std::variant<StructDefinition, NamedConstant, NamedTable, Function> what;
};

struct HeaderRequest {
  std::string spec;                   ///< the spec's path within its project
  std::string output;                 ///< the file's own; the include guard comes from it
  std::vector<std::string> command;   ///< words of the command line that makes the file again
  std::vector<std::string> left_out;  ///< functions of the spec that were refused
  std::vector<HeaderItem> items;      ///< in the order in which they are written
  std::string module;                 ///< a description of the file (emit/module.hpp), or empty
  FpPolicy policy = FpPolicy::Finite;
  std::size_t max_statements = kDefaultMaxStatements;  ///< longer functions are split; 0: none is
  bool vector_math = false;  ///< loops call vector versions of functions (emit/lane_loops.hpp)
};

/// The text of the file. Depends on the request alone. Throws Refusal (see schedule).
std::string print_header(const HeaderRequest& request);

/// Whether a file's text begins as print_header's does; other files are somebody's own.
bool has_banner(std::string_view text);

}  // namespace gradsmith
