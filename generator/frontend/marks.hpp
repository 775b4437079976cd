#pragma once

// The marks `gradsmith::param<T>`, `data<T>` and `work<T>`, which only Clang's record of how a type
// was written shows.

#include <clang/AST/Decl.h>
#include <clang/AST/Type.h>

namespace gradsmith::frontend {

enum class Mark { None, Param, Data, Work };

/// The mark in a type as it was written, under references, arrays, qualifiers, aliases and template
/// arguments.
Mark mark_of(clang::QualType written);

/// The mark of a parameter.
Mark mark_of(const clang::ParmVarDecl* parameter);

/// Whether any parameter of the function has a mark.
bool has_marks(const clang::FunctionDecl* function);

/// The mark of a type that is `gradsmith::param<T>` or another mark itself.
Mark mark_here(clang::QualType written);

}  // namespace gradsmith::frontend
