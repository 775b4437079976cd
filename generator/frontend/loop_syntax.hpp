#pragma once

// What the text of a loop's condition and increment says.

#include <clang/AST/ASTContext.h>
#include <clang/AST/Decl.h>
#include <clang/AST/Expr.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace gradsmith::frontend {

/// The variable that an expression names, conversions aside; null for anything else.
const clang::VarDecl* named(const clang::Expr* e);

/// `a < b` as `b > a`.
clang::BinaryOperatorKind mirrored(clang::BinaryOperatorKind kind);

/// `a < b` as what it is where it does not hold, `a >= b`.
clang::BinaryOperatorKind opposite(clang::BinaryOperatorKind kind);

/// What must hold, or must not, for another trip of a loop.
struct LoopTest {
  const clang::Expr* condition = nullptr;
  bool holds = true;
};

/// The tests that a condition consists of, in order: `a && b`, or that not `a || b`, is two.
void split(LoopTest whole, std::vector<LoopTest>& parts);

/// The operands of a chain of commas, in order.
void split_at_commas(const clang::Expr* e, std::vector<const clang::Expr*>& parts);

/// `i` and the signed amount of `i += amount`, `++i`, `i = i + amount` and the like.
struct Count {
  const clang::VarDecl* variable = nullptr;
  const clang::Expr* amount = nullptr;  // null: one
  bool down = false;
};
Count step_of(const clang::Expr* e);

/// A side of a loop's condition that is linear in a variable: `factor` times the variable, plus
/// what does not mention it.
struct LinearSide {
  struct Term {
    const clang::Expr* added = nullptr;
    std::int64_t factor = 1;
  };
  std::int64_t factor = 0;
  std::vector<Term> terms;
};

/// Empty where the side is not linear in the variable, by sums and products with small constants,
/// or changes between integer types that may wrap around on the way.
std::optional<LinearSide> linear_side(const clang::Expr* side, const clang::VarDecl* variable,
                                      const clang::ASTContext& context);

/// The variable of `++i` or `--i`; null for anything else.
const clang::VarDecl* counted_in(const clang::Expr* e);

bool mentions(const clang::Stmt* s, const clang::VarDecl* variable);

/// A comparison of two, not by `<=>`; null for anything else.
const clang::BinaryOperator* comparison(const clang::Expr* e);

}  // namespace gradsmith::frontend
