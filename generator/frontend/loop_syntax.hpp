#pragma once

// What the text of a loop's condition and increment says.

#include <clang/AST/Decl.h>
#include <clang/AST/Expr.h>

#include <vector>

namespace gradsmith::frontend {

/// The variable that an expression names, conversions aside; null for anything else.
const clang::VarDecl* named(const clang::Expr* e);

/// `a < b` as `b > a`.
clang::BinaryOperatorKind mirrored(clang::BinaryOperatorKind kind);

/// The operands of a chain of one operator, in order: of commas, of `&&`.
void split(const clang::Expr* e, clang::BinaryOperatorKind by,
           std::vector<const clang::Expr*>& parts);

/// `i` and the signed amount of `i += amount`, `++i`, `i = i + amount` and the like.
struct Count {
  const clang::VarDecl* variable = nullptr;
  const clang::Expr* amount = nullptr;  // null: one
  bool down = false;
};
Count step_of(const clang::Expr* e);

/// One side of a loop's condition as a variable and what is added to it or subtracted.
struct Tested {
  bool found = false;
  const clang::Expr* offset = nullptr;
  bool subtracted = false;
};
Tested tested(const clang::Expr* side, const clang::VarDecl* variable);

bool mentions(const clang::Stmt* s, const clang::VarDecl* variable);

/// A comparison that may tell how far an index goes; null for anything else.
const clang::BinaryOperator* comparison(const clang::Expr* e);

}  // namespace gradsmith::frontend
