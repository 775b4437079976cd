#pragma once

// Which functions of a spec are to be differentiated.

#include <clang/AST/ASTContext.h>
#include <clang/AST/Decl.h>

#include <string>
#include <vector>

#include "frontend/source_files.hpp"

namespace gradsmith::frontend {

/// By the rule of Spec, or those that `wanted` names; in source order. Throws a Refusal where a
/// wanted name is not that of one function.
std::vector<const clang::FunctionDecl*> find_entries(clang::ASTContext& context,
                                                     const SourceFiles& files,
                                                     const std::vector<std::string>& wanted);

}  // namespace gradsmith::frontend
