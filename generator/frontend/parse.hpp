#pragma once

// Running Clang over a spec: flags, the header gradsmith/spec.hpp, and errors to stderr.

#include <clang/Frontend/ASTUnit.h>

#include <memory>
#include <string>

#include "frontend/read_spec.hpp"

namespace gradsmith::frontend {

/// The parsed spec, as C++20 unless the flags say otherwise; null where it cannot be read or has
/// errors, which were printed. `code` stands for the file's text where it is given.
std::unique_ptr<clang::ASTUnit> parse_spec(const ReadOptions& options, const std::string* code);

}  // namespace gradsmith::frontend
