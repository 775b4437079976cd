#pragma once

// The files of a spec: the spec itself and every header of the user's that it includes, in the
// order in which Clang met them; and places in them, in gradsmith's terms and in Clang's.

#include <clang/Basic/SourceManager.h>

#include <string>
#include <vector>

#include "support/refusal.hpp"

namespace gradsmith::frontend {

class SourceFiles {
 public:
  /// `spec` is the main file's name as the user gave it.
  SourceFiles(const clang::SourceManager& sources, const std::string& spec);

  /// The spec first.
  const std::vector<std::string>& names() const { return names_; }

  /// Unknown (line 0) inside system headers. A place inside a macro is where the macro is used.
  SourceLocation locate(clang::SourceLocation place) const;

  /// Invalid where nothing is known.
  clang::SourceLocation find(SourceLocation place) const;

  bool in_spec(clang::SourceLocation place) const;
  bool in_system_header(clang::SourceLocation place) const;

  /// How the spec spells the `#include` through which it gets the file that holds `place`:
  /// `"camera.hpp"`, with its quotes or angle brackets. Empty in the spec itself.
  std::string include_of(clang::SourceLocation place) const;

  const clang::SourceManager& manager() const { return sources_; }

 private:
  const clang::SourceManager& sources_;
  std::vector<std::string> names_;
  std::vector<clang::FileID> ids_;
};

}  // namespace gradsmith::frontend
