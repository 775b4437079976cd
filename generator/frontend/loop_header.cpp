// What a `for` loop's header says: its index, range and step.

#include <fmt/format.h>

#include <algorithm>

#include "frontend/lowering.hpp"
#include "ir/substitute.hpp"

namespace gradsmith::frontend {
namespace {

using clang::Expr;

/// The variable that an expression names, conversions aside; null for anything else.
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

/// The parts of a comma expression, in order.
void split_commas(const Expr* e, std::vector<const Expr*>& parts) {
  const auto* comma = llvm::dyn_cast<clang::BinaryOperator>(e->IgnoreParens());
  if (comma && comma->getOpcode() == clang::BO_Comma) {
    split_commas(comma->getLHS(), parts);
    split_commas(comma->getRHS(), parts);
  } else {
    parts.push_back(e);
  }
}

/// `i` and the signed amount of `i += amount`, `++i`, `i = i + amount` and the like.
struct Count {
  const clang::VarDecl* variable = nullptr;
  const Expr* amount = nullptr;  // null: one
  bool down = false;
};

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

/// One side of a loop's condition as a variable and what is added to it or subtracted.
struct Tested {
  bool found = false;
  const Expr* offset = nullptr;
  bool subtracted = false;
};

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

constexpr const char* kPlainLoop = "write it as `for (int i = begin; i < end; ++i)`";

}  // namespace

void Lowering::read_increment(const Expr* e, LoopHeader& header) {
  std::vector<const Expr*> parts;
  split_commas(e, parts);
  bool found = false;
  for (const Expr* part : parts) {
    const Count step = step_of(strip(part));
    if (found || step.variable != header.index) {
      (found ? header.after : header.before).push_back(part);
      continue;
    }
    found = true;
    header.step = 1;
    if (step.amount) {
      const NodeId amount = number(step.amount);
      if (!g_.is_constant(amount) || is_floating(g_.element(amount)) ||
          g_.index_value(amount) == 0) {
        refuse("gs-loop-step", "the step of this loop is not a constant other than zero",
               "use a constant step", part->getExprLoc());
      }
      header.step = g_.index_value(amount);
    }
    if (step.down) header.step = -header.step;
  }
  if (!found) {
    refuse("gs-unbounded-loop", "this loop does not count its index by a constant step", kPlainLoop,
           e->getExprLoc());
  }
}

bool Lowering::counts_down_first(const clang::ForStmt* s, LoopHeader& header) {
  const auto* compared =
      s->getCond() ? llvm::dyn_cast<clang::BinaryOperator>(strip(s->getCond())) : nullptr;
  const auto* init = llvm::dyn_cast_or_null<clang::DeclStmt>(s->getInit());
  if (!compared || !init || !init->isSingleDecl() || s->getInc()) return false;
  const auto* count =
      llvm::dyn_cast<clang::UnaryOperator>(compared->getLHS()->IgnoreParenImpCasts());
  if (!count || count->getOpcode() != clang::UO_PostDec || compared->getOpcode() != clang::BO_GT ||
      may_write(compared->getRHS())) {
    return false;
  }
  header.index = named(count->getSubExpr());
  if (!header.index || header.index != init->getSingleDecl() ||
      !header.index->getType()->isIntegralOrEnumerationType()) {
    return false;
  }
  header.declared = true;
  header.counts_first = true;
  header.begin = header.index->getInit();
  header.bound = compared->getRHS();
  header.comparison = clang::BO_GE;
  header.step = -1;
  return true;
}

void Lowering::refuse_wrapping_index(const LoopHeader& header, NodeId begin) {
  const clang::QualType type = header.index->getType();
  const clang::QualType compared_as = header.bound->getType();
  const NodeId bound = number(header.bound);
  Interval offset{0, 0};
  if (header.offset) offset = range_of(number(header.offset));
  if (header.offset_is_subtracted) offset = Interval{0, 0} - offset;
  const std::int64_t beyond = header.comparison == clang::BO_LE   ? 1
                              : header.comparison == clang::BO_GE ? -1
                                                                  : 0;
  const Interval end = meet(range_of(bound), range_of_type(compared_as, context_)) +
                       Interval{beyond, beyond} - offset;
  // The index in every trip, and after the last one.
  Interval index = meet(range_of(begin), range_of_type(type, context_));
  const bool known = index.low == index.high && end.low == end.high;
  if (known) {
    const std::int64_t trips = trip_count(index.low, end.low, header.step);
    const std::int64_t last = index.low + trips * header.step;
    index = hull(index, {last, last});
  } else if (header.step > 0) {
    index.high = std::max(index.high, (end + Interval{0, header.step - 1}).high);
  } else {
    index.low = std::min(index.low, (end + Interval{header.step + 1, 0}).low);
  }
  const Interval limits = range_of_type(type, context_);
  const bool is_unsigned = type->isUnsignedIntegerOrEnumerationType();
  const bool narrow = context_.getIntWidth(type) < 32;
  if ((is_unsigned && index.low < 0) || (narrow && !index.inside(limits))) {
    refuse("gs-unbounded-loop", "the index of this loop may wrap around before its bound",
           "use int", header.where);
  }
  for (const clang::QualType tested : {compared_as, header.tested_as}) {
    if (!tested->isUnsignedIntegerOrEnumerationType()) continue;
    const Interval compared = index + offset;
    const bool low = compared.low < 0;
    if (!low && (!header.offset || compared.high <= range_of_type(tested, context_).high)) continue;
    refuse("gs-narrowing", "the index of this loop is compared as an unsigned number",
           "give the index and the bound one type, or use int", header.where);
  }
}

LoopHeader Lowering::loop_header(const clang::ForStmt* s) {
  LoopHeader header;
  header.where = s->getForLoc();
  if (counts_down_first(s, header)) return header;
  if (!s->getCond() || !s->getInc()) {
    refuse("gs-unbounded-loop", "this loop has no condition or no increment", kPlainLoop,
           header.where);
  }
  const auto* compared = llvm::dyn_cast<clang::BinaryOperator>(strip(s->getCond()));
  if (!compared || !compared->isComparisonOp() || compared->getOpcode() == clang::BO_EQ ||
      compared->getOpcode() == clang::BO_Cmp) {
    refuse("gs-loop-condition", "the condition of this loop does not compare its index to a bound",
           "move the rest of the condition into the body, as an `if` with `break`",
           s->getCond()->getExprLoc());
  }
  std::vector<const Expr*> parts;
  split_commas(s->getInc(), parts);
  bool mirror = false;
  for (const Expr* part : parts) {
    const clang::VarDecl* counted = step_of(strip(part)).variable;
    if (!counted || header.index) continue;
    Tested side = tested(compared->getLHS(), counted);
    mirror = !side.found;
    if (mirror) side = tested(compared->getRHS(), counted);
    if (!side.found) continue;
    header.index = counted;
    header.offset = side.offset;
    header.offset_is_subtracted = side.subtracted;
    const Expr* compares = mirror ? compared->getRHS() : compared->getLHS();
    header.tested_as = compares->IgnoreParenImpCasts()->getType();
  }
  if (!header.index) {
    refuse("gs-unbounded-loop",
           "the increment of this loop does not count what its condition tests", kPlainLoop,
           header.where);
  }
  header.comparison = mirror ? mirrored(compared->getOpcode()) : compared->getOpcode();
  header.bound = mirror ? compared->getLHS() : compared->getRHS();
  if (!header.index->getType()->isIntegralOrEnumerationType() ||
      !header.bound->getType()->isIntegralOrEnumerationType()) {
    refuse("gs-loop-index", "the index and the bound of this loop are not integers",
           "count with an integer, and compute the rest from it", header.where);
  }
  if (mentions(header.bound, header.index) || mentions(header.offset, header.index)) {
    refuse("gs-loop-bound", "the bound of this loop depends on its index",
           "compare the index alone to the bound", header.where);
  }
  if (may_write(header.bound) || (header.offset && may_write(header.offset))) {
    refuse("gs-loop-bound", "the bound of this loop has a side effect",
           "compute the bound before the loop", header.where);
  }
  read_increment(s->getInc(), header);

  const bool right_way =
      header.comparison == clang::BO_NE ||
      (header.step > 0) == (header.comparison == clang::BO_LT || header.comparison == clang::BO_LE);
  if (!right_way) {
    refuse("gs-unbounded-loop", "this loop counts away from its bound", kPlainLoop, header.where);
  }
  if (const auto* init = llvm::dyn_cast_or_null<clang::DeclStmt>(s->getInit())) {
    for (const clang::Decl* decl : init->decls()) {
      if (decl == header.index) {
        header.declared = true;
        header.begin = header.index->getInit();
      }
    }
  }
  return header;
}

}  // namespace gradsmith::frontend
