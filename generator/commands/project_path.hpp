#pragma once

// The names by which a generated file calls its spec and itself.

#include <string>

namespace gradsmith {

/// The path of a spec inside its project, with '/': relative to the nearest folder above it that
/// holds `.git`, else to the outermost one that holds a CMakeLists.txt or CMakeCache.txt, else its
/// file name alone.
/// So it is the same from any working directory, for relative and absolute arguments, and on every
/// machine. Throws Refusal gs-spec-name for a path with a line break.
std::string project_path(const std::string& spec);

/// The same of an output, which need not be there yet; where it is a link, the link's own place.
std::string output_project_path(const std::string& output);

}  // namespace gradsmith
