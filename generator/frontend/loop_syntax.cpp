#include "frontend/loop_syntax.hpp"

#include <algorithm>
#include <cstdlib>

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

clang::BinaryOperatorKind opposite(clang::BinaryOperatorKind kind) {
  return clang::BinaryOperator::negateComparisonOp(kind);
}

void split(LoopTest whole, std::vector<LoopTest>& parts) {
  const Expr* e = whole.condition->IgnoreParenImpCasts();
  if (const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(e);
      unary && unary->getOpcode() == clang::UO_LNot) {
    return split({unary->getSubExpr(), !whole.holds}, parts);
  }
  const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(e);
  if (binary && binary->getOpcode() == (whole.holds ? clang::BO_LAnd : clang::BO_LOr)) {
    split({binary->getLHS(), whole.holds}, parts);
    split({binary->getRHS(), whole.holds}, parts);
  } else {
    parts.push_back(whole);
  }
}

void split_at_commas(const Expr* e, std::vector<const Expr*>& parts) {
  const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(e->IgnoreParenImpCasts());
  if (binary && binary->getOpcode() == clang::BO_Comma) {
    split_at_commas(binary->getLHS(), parts);
    split_at_commas(binary->getRHS(), parts);
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

std::optional<LinearSide> linear_side(const Expr* side, const clang::VarDecl* variable,
                                      const clang::ASTContext& context) {
  if (named(side) == variable) return LinearSide{1, {}};
  if (!mentions(side, variable)) return LinearSide{0, {{side, 1}}};
  const Expr* e = side->IgnoreParenImpCasts();
  const auto scaled = [](LinearSide s, std::int64_t by) {
    s.factor *= by;
    for (LinearSide::Term& term : s.terms) term.factor *= by;
    return s;
  };
  // Unsigned numbers that wrap around on the way come out right in one type alone.
  const auto inside = [&](const Expr* part) -> std::optional<LinearSide> {
    const clang::QualType type = part->IgnoreParenImpCasts()->getType();
    const bool same = context.hasSameUnqualifiedType(type, e->getType()) ||
                      (type->isSignedIntegerType() && e->getType()->isSignedIntegerType());
    const bool plain = named(part) == variable || !mentions(part, variable) || same;
    return plain ? linear_side(part, variable, context) : std::nullopt;
  };
  if (const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(e)) {
    if (unary->getOpcode() != clang::UO_Minus && unary->getOpcode() != clang::UO_Plus) return {};
    const auto operand = inside(unary->getSubExpr());
    if (!operand) return {};
    return scaled(*operand, unary->getOpcode() == clang::UO_Minus ? -1 : 1);
  }
  const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(e);
  if (!binary) return {};
  if (binary->getOpcode() == clang::BO_Mul) {
    const bool left = mentions(binary->getLHS(), variable);
    const Expr* by = left ? binary->getRHS() : binary->getLHS();
    Expr::EvalResult value;
    if (!by->getType()->isIntegralOrEnumerationType() || by->isValueDependent() ||
        !by->EvaluateAsInt(value, context) || value.Val.getInt().getSignificantBits() > 31) {
      return {};
    }
    const auto operand = inside(left ? binary->getLHS() : binary->getRHS());
    constexpr std::int64_t kLargest = 1 << 30;
    if (!operand || std::abs(operand->factor) > kLargest) return {};
    return scaled(*operand, value.Val.getInt().getExtValue());
  }
  if (!binary->isAdditiveOp()) return {};
  auto sum = inside(binary->getLHS());
  const auto right = inside(binary->getRHS());
  if (!sum || !right) return {};
  const LinearSide added = scaled(*right, binary->getOpcode() == clang::BO_Sub ? -1 : 1);
  sum->factor += added.factor;
  sum->terms.insert(sum->terms.end(), added.terms.begin(), added.terms.end());
  return sum;
}

const clang::VarDecl* counted_in(const Expr* e) {
  const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(e->IgnoreParenImpCasts());
  const bool counts = unary && unary->isPrefix() && unary->isIncrementDecrementOp();
  return counts ? named(unary->getSubExpr()) : nullptr;
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
  const bool bounds = binary && binary->isComparisonOp() && binary->getOpcode() != clang::BO_Cmp;
  return bounds ? binary : nullptr;
}

}  // namespace gradsmith::frontend
