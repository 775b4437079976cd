#pragma once

// Errors to stderr, as Clang prints them: with the spec's line and a caret where there is a place.

#include <string>
#include <vector>

#include "support/refusal.hpp"

namespace clang {
class ASTContext;
}

namespace gradsmith::frontend {

class SourceFiles;

/// One call through which an inlined function was reached.
struct CallNote {
  SourceLocation where;
  std::string callee;
};

/// `error: reason [code]` and `note: way out`, without a place.
void report_error(const std::string& code, const std::string& reason, const std::string& way_out);

/// The same at its place, with a note for each call, innermost first.
void report_refusal(const clang::ASTContext& context, const SourceFiles& files,
                    const Refusal& refusal, const std::vector<CallNote>& calls);

}  // namespace gradsmith::frontend
