#include "frontend/loop_syntax.hpp"

#include <algorithm>

namespace gradsmith::frontend {

using clang::Expr;

const clang::VarDecl* named(const Expr* e) {
  e = e->IgnoreParenImpCasts();
  const auto* ref = llvm::dyn_cast<clang::DeclRefExpr>(e);
  return ref ? llvm::dyn_cast<clang::VarDecl>(ref->getDecl()) : nullptr;
}

clang::BinaryOperatorKind mirrored(clang::BinaryOperatorKind kind) {
  switch (kind) {
    case clang::BO_LT:
      return clang::BO_GT;
    case clang::BO_LE:
      return clang::BO_GE;
    case clang::BO_GT:
      return clang::BO_LT;
    case clang::BO_GE:
      return clang::BO_LE;
    default:
      return kind;
  }
}

void split(const Expr* e, clang::BinaryOperatorKind by, std::vector<const Expr*>& parts) {
  const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(e->IgnoreParenImpCasts());
  if (binary && binary->getOpcode() == by) {
    split(binary->getLHS(), by, parts);
    split(binary->getRHS(), by, parts);
  } else {
    parts.push_back(e);
  }
}

Count step_of(const Expr* e) {
  e = e->IgnoreParens();
  if (const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(e);
      unary && unary->isIncrementDecrementOp()) {
    return {named(unary->getSubExpr()), nullptr, unary->isDecrementOp()};
  }
  const auto* assign = llvm::dyn_cast<clang::BinaryOperator>(e);
  if (!assign || !assign->isAssignmentOp()) return {};
  const clang::VarDecl* variable = named(assign->getLHS());
  if (assign->getOpcode() == clang::BO_AddAssign || assign->getOpcode() == clang::BO_SubAssign) {
    return {variable, assign->getRHS(), assign->getOpcode() == clang::BO_SubAssign};
  }
  const auto* sum = llvm::dyn_cast<clang::BinaryOperator>(assign->getRHS()->IgnoreParenImpCasts());
  if (assign->getOpcode() != clang::BO_Assign || !sum || !sum->isAdditiveOp()) return {};
  if (named(sum->getLHS()) == variable) {
    return {variable, sum->getRHS(), sum->getOpcode() == clang::BO_Sub};
  }
  if (named(sum->getRHS()) == variable && sum->getOpcode() == clang::BO_Add) {
    return {variable, sum->getLHS(), false};
  }
  return {};
}

Tested tested(const Expr* side, const clang::VarDecl* variable) {
  if (named(side) == variable) return {true};
  const auto* sum = llvm::dyn_cast<clang::BinaryOperator>(side->IgnoreParenImpCasts());
  if (!sum || !sum->isAdditiveOp()) return {};
  const bool subtracted = sum->getOpcode() == clang::BO_Sub;
  if (named(sum->getLHS()) == variable) return {true, sum->getRHS(), subtracted};
  if (named(sum->getRHS()) == variable && !subtracted) return {true, sum->getLHS()};
  return {};
}

bool mentions(const clang::Stmt* s, const clang::VarDecl* variable) {
  if (!s) return false;
  const auto* ref = llvm::dyn_cast<clang::DeclRefExpr>(s);
  if (ref && ref->getDecl() == variable) return true;
  return std::any_of(s->child_begin(), s->child_end(),
                     [&](const clang::Stmt* child) { return mentions(child, variable); });
}

const clang::BinaryOperator* comparison(const Expr* e) {
  const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(e);
  const bool bounds = binary && binary->isComparisonOp() && binary->getOpcode() != clang::BO_EQ &&
                      binary->getOpcode() != clang::BO_Cmp;
  return bounds ? binary : nullptr;
}

}  // namespace gradsmith::frontend
