// What a `for` loop's header says: its index, range and step.

#include <fmt/format.h>

#include <algorithm>

#include "frontend/loop_syntax.hpp"
#include "frontend/lowering.hpp"
#include "ir/substitute.hpp"

namespace gradsmith::frontend {

using clang::Expr;

namespace {

constexpr const char* kPlainLoop = "write it as `for (int i = begin; i < end; ++i)`";

}  // namespace

void Lowering::read_increment(const Expr* e, LoopHeader& header) {
  std::vector<const Expr*> parts;
  split(e, clang::BO_Comma, parts);
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

bool Lowering::counts_down_first(const CountedLoop& loop, LoopHeader& header) {
  if (!loop.condition || loop.increment || loop.runs_first) return false;
  const Expr* condition = loop.condition->IgnoreParenImpCasts();
  const auto* compared = llvm::dyn_cast<clang::BinaryOperator>(condition);
  const Expr* counts = compared ? compared->getLHS()->IgnoreParenImpCasts() : condition;
  const auto* count = llvm::dyn_cast<clang::UnaryOperator>(counts);
  if (!count || count->getOpcode() != clang::UO_PostDec) return false;
  const auto is_zero = [&] {
    Expr::EvalResult value;
    return compared->getRHS()->EvaluateAsInt(value, context_) && value.Val.getInt() == 0;
  };
  // `while (n--)`: until zero, as `!= 0` says.
  const bool above =
      compared && compared->getOpcode() == clang::BO_GT && !may_write(compared->getRHS());
  const bool until_zero = !compared || (compared->getOpcode() == clang::BO_NE && is_zero());
  if (!above && !until_zero) return false;
  header.index = named(count->getSubExpr());
  if (!header.index || !header.index->getType()->isIntegralOrEnumerationType()) return false;
  if (loop.init) {
    const auto* init = llvm::dyn_cast<clang::DeclStmt>(loop.init);
    if (!init || !init->isSingleDecl() || header.index != init->getSingleDecl()) return false;
    header.declared = true;
    header.begin = header.index->getInit();
  }
  header.counts_first = true;
  header.until.bound = above ? compared->getRHS() : nullptr;
  header.until.comparison = clang::BO_GE;
  header.step = -1;
  return true;
}

void Lowering::refuse_wrapping_index(const LoopHeader& header, const LoopBound& until,
                                     NodeId begin) {
  const clang::QualType type = header.index->getType();
  const clang::QualType compared_as = until.bound->getType();
  const NodeId bound = bound_number(until, header);
  Interval offset{0, 0};
  if (until.offset) offset = range_of(number(until.offset));
  if (until.offset_is_subtracted) offset = Interval{0, 0} - offset;
  const std::int64_t beyond = until.comparison == clang::BO_LE   ? 1
                              : until.comparison == clang::BO_GE ? -1
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
  for (const clang::QualType tested : {compared_as, until.tested_as}) {
    if (!tested->isUnsignedIntegerOrEnumerationType()) continue;
    const Interval compared = index + offset;
    const bool low = compared.low < 0;
    if (!low && (!until.offset || compared.high <= range_of_type(tested, context_).high)) continue;
    refuse("gs-narrowing", "the index of this loop is compared as an unsigned number",
           "give the index and the bound one type, or use int", header.where);
  }
}

std::optional<LoopBound> Lowering::loop_bound(const Expr* condition, const clang::VarDecl* index) {
  const clang::BinaryOperator* compared = comparison(strip(condition));
  if (!compared) return {};
  Tested side = tested(compared->getLHS(), index);
  const bool mirror = !side.found;
  if (mirror) side = tested(compared->getRHS(), index);
  if (!side.found) return {};
  LoopBound result;
  result.offset = side.offset;
  result.offset_is_subtracted = side.subtracted;
  const Expr* compares = mirror ? compared->getRHS() : compared->getLHS();
  result.tested_as = compares->IgnoreParenImpCasts()->getType();
  result.comparison = mirror ? mirrored(compared->getOpcode()) : compared->getOpcode();
  result.bound = mirror ? compared->getLHS() : compared->getRHS();
  return result;
}

bool Lowering::is_fixed_bound(const LoopBound& test, const LoopHeader& header,
                              const Written& written) {
  const bool up = test.comparison == clang::BO_LT || test.comparison == clang::BO_LE;
  const bool down = test.comparison == clang::BO_GT || test.comparison == clang::BO_GE;
  if (!(header.step > 0 ? up : down)) return false;
  std::vector<const clang::Stmt*> stack{test.bound};
  if (test.offset) stack.push_back(test.offset);
  while (!stack.empty()) {
    const clang::Stmt* s = stack.back();
    stack.pop_back();
    if (const auto* ref = llvm::dyn_cast<clang::DeclRefExpr>(s)) {
      const clang::ValueDecl* decl = ref->getDecl();
      const auto bound = frame().bindings.find(decl);
      const bool fixed =
          bound == frame().bindings.end()
              ? llvm::isa<clang::EnumConstantDecl>(decl) || decl->getType().isConstQualified()
              : !written.variables.contains(bound->second.variable);
      if (decl == header.index || !fixed) return false;
      continue;
    }
    const auto* call = llvm::dyn_cast<clang::CXXMemberCallExpr>(s);
    const bool size =
        call && call->getDirectCallee() && is_library_function(call->getDirectCallee(), files_);
    const bool plain =
        size || llvm::isa<clang::IntegerLiteral, clang::ParenExpr, clang::CastExpr,
                          clang::UnaryOperator, clang::BinaryOperator, clang::MemberExpr>(s);
    if (!plain) return false;
    stack.insert(stack.end(), s->child_begin(), s->child_end());
  }
  return test.bound->getType()->isIntegralOrEnumerationType();
}

LoopHeader Lowering::loop_header(const CountedLoop& loop) {
  LoopHeader header;
  header.where = loop.where;
  if (counts_down_first(loop, header)) return header;
  if (!loop.condition || !loop.increment) {
    refuse(
        "gs-unbounded-loop", "the number of trips of this loop is not known before it runs",
        "let it count its trips up to a bound at its end, `while (i < n && ...) { ...; ++i; }`, or "
        "write `for (int i = begin; i < end; ++i)`",
        header.where);
  }
  std::vector<const Expr*> conditions;
  split(loop.condition, clang::BO_LAnd, conditions);
  std::vector<const Expr*> parts;
  split(loop.increment, clang::BO_Comma, parts);
  // The condition that ends the loop: what besides must hold ends it earlier.
  const Expr* ends = nullptr;
  for (const Expr* part : parts) {
    const clang::VarDecl* counted = step_of(strip(part)).variable;
    if (!counted) continue;
    for (const Expr* condition : conditions) {
      const auto test = loop_bound(condition, counted);
      if (!test || ends) continue;
      // Of several conditions another one may end the loop where `!=` holds for ever.
      const bool may_pass = test->comparison == clang::BO_NE;
      const bool of_index = mentions(test->bound, counted) || mentions(test->offset, counted);
      if (conditions.size() > 1 && (may_pass || of_index)) continue;
      ends = condition;
      header.index = counted;
      header.until = *test;
    }
  }
  if (!ends) {
    if (comparison(strip(loop.condition))) {
      refuse("gs-unbounded-loop",
             "the increment of this loop does not count what its condition tests", kPlainLoop,
             header.where);
    }
    refuse("gs-loop-condition", "the condition of this loop does not compare its index to a bound",
           "add a bound that the index reaches, as in `i < n && ...`",
           loop.condition->getExprLoc());
  }
  for (const Expr* condition : conditions) {
    if (condition == ends) continue;
    if (may_write(condition)) {
      refuse("gs-loop-condition", "the condition of this loop has a side effect",
             "move it into the body", condition->getExprLoc());
    }
    header.also.push_back(condition);
  }
  const LoopBound& until = header.until;
  if (!header.index->getType()->isIntegralOrEnumerationType() ||
      !until.bound->getType()->isIntegralOrEnumerationType()) {
    refuse("gs-loop-index", "the index and the bound of this loop are not integers",
           "count with an integer, and compute the rest from it", header.where);
  }
  if (mentions(until.bound, header.index) || mentions(until.offset, header.index)) {
    refuse("gs-loop-bound", "the bound of this loop depends on its index",
           "compare the index alone to the bound", header.where);
  }
  if (may_write(until.bound) || (until.offset && may_write(until.offset))) {
    refuse("gs-loop-bound", "the bound of this loop has a side effect",
           "compute the bound before the loop", header.where);
  }
  read_increment(loop.increment, header);
  header.after.insert(header.after.end(), loop.after.begin(), loop.after.end());

  const bool right_way =
      until.comparison == clang::BO_NE ||
      (header.step > 0) == (until.comparison == clang::BO_LT || until.comparison == clang::BO_LE);
  if (!right_way) {
    refuse("gs-unbounded-loop", "this loop counts away from its bound", kPlainLoop, header.where);
  }
  if (const auto* init = llvm::dyn_cast_or_null<clang::DeclStmt>(loop.init)) {
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
