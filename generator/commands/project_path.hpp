#pragma once

// The name by which a generated file calls its spec.

#include <string>

namespace gradsmith {

/// The path of a spec inside its project, with '/': relative to the nearest folder above it that
/// holds `.git`, else to the outermost one that holds a CMakeLists.txt, else its file name alone.
/// So it is the same from any working directory, for relative and absolute arguments, and on every
/// machine. Throws Refusal gs-spec-name for a path with a line break.
std::string project_path(const std::string& spec);

}  // namespace gradsmith
