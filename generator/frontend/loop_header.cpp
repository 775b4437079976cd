// What a `for` loop's header says: its index, range and step.

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

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
  split_at_commas(e, parts);
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
  if (loop.tests.size() != 1 || loop.increment || loop.runs_first) return false;
  if (!loop.tests.front().holds) return false;
  const Expr* condition = loop.tests.front().condition->IgnoreParenImpCasts();
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
  for (const LinearSide::Term& term : until.terms) {
    offset = offset + range_of(number(term.added)) * Interval{term.factor, term.factor};
  }
  const std::int64_t beyond = until.comparison == clang::BO_LE   ? 1
                              : until.comparison == clang::BO_GE ? -1
                                                                 : 0;
  const Interval shifted =
      meet(range_of(bound), range_of_type(compared_as, context_)) + Interval{beyond, beyond};
  const Interval reached = until.mirrored ? offset - shifted : shifted - offset;
  // Rounded to either side.
  const Interval factor{until.factor, until.factor};
  const Interval end = until.factor == 1 ? reached : quotient(reached, factor) + Interval{-1, 1};
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
    const Interval multiple = index * factor;
    const Interval compared = until.mirrored ? offset - multiple : multiple + offset;
    const bool low = compared.low < 0;
    const bool index_alone = until.terms.empty() && until.factor == 1;
    if (!low && (index_alone || compared.high <= range_of_type(tested, context_).high)) continue;
    refuse("gs-narrowing", "the index of this loop is compared as an unsigned number",
           "give the index and the bound one type, or use int", header.where);
  }
}

std::optional<LoopBound> Lowering::loop_bound(const LoopTest& test, const clang::VarDecl* index) {
  const clang::BinaryOperator* compared = comparison(strip(test.condition));
  if (!compared) return {};
  auto kind = test.holds ? compared->getOpcode() : opposite(compared->getOpcode());
  if (kind == clang::BO_EQ) return {};
  const bool right = !mentions(compared->getLHS(), index);
  const Expr* side = right ? compared->getRHS() : compared->getLHS();
  if (!mentions(side, index)) return {};
  LoopBound result;
  result.counts = counted_in(side) == index;
  auto linear =
      result.counts ? std::optional(LinearSide{1, {}}) : linear_side(side, index, context_);
  if (!linear || linear->factor == 0) return {};
  result.bound = right ? compared->getLHS() : compared->getRHS();
  result.factor = std::abs(linear->factor);
  result.terms = std::move(linear->terms);
  result.mirrored = linear->factor < 0;
  result.tested_as = side->IgnoreParenImpCasts()->getType();
  result.comparison = right != result.mirrored ? mirrored(kind) : kind;
  return result;
}

bool Lowering::is_fixed_bound(const LoopBound& test, const LoopHeader& header,
                              const Written& written) {
  const bool up = test.comparison == clang::BO_LT || test.comparison == clang::BO_LE;
  const bool down = test.comparison == clang::BO_GT || test.comparison == clang::BO_GE;
  if (test.counts || !(header.step > 0 ? up : down)) return false;
  std::vector<const clang::Stmt*> stack{test.bound};
  for (const LinearSide::Term& term : test.terms) stack.push_back(term.added);
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
  if (loop.tests.empty() || !loop.increment) {
    refuse(
        "gs-unbounded-loop", "the number of trips of this loop is not known before it runs",
        "let it count its trips up to a bound at its end, `while (i < n && ...) { ...; ++i; }`, or "
        "write `for (int i = begin; i < end; ++i)`",
        header.where);
  }
  std::vector<const Expr*> parts;
  split_at_commas(loop.increment, parts);
  // The test that ends the loop: what besides must hold ends it earlier.
  const LoopTest* ends = nullptr;
  bool not_linear = false;
  for (const Expr* part : parts) {
    const clang::VarDecl* counted = step_of(strip(part)).variable;
    if (!counted) continue;
    for (const LoopTest& one : loop.tests) {
      const auto test = loop_bound(one, counted);
      not_linear = not_linear ||
                   (!test && comparison(strip(one.condition)) && mentions(one.condition, counted));
      if (!test || ends || test->counts != loop.test_counts) continue;
      // Of several tests another one may end the loop where `!=` holds for ever.
      const bool may_pass = test->comparison == clang::BO_NE;
      if (loop.tests.size() > 1 && (may_pass || mentions(test->bound, counted))) continue;
      ends = &one;
      header.index = counted;
      header.until = *test;
    }
  }
  const Expr* first = loop.tests.front().condition;
  if (!ends && not_linear) {
    refuse("gs-loop-condition",
           "how far the index of this loop goes is not linear in it, as `2 * i + 1 < n` is",
           "give the loop a bound that is large enough, and leave it by this condition: `if (i * i "
           ">= n) break;`",
           first->getExprLoc());
  }
  if (!ends) {
    if (loop.tests.size() == 1 && comparison(strip(first))) {
      refuse("gs-unbounded-loop",
             "the increment of this loop does not count what its condition tests", kPlainLoop,
             header.where);
    }
    refuse("gs-loop-condition", "the condition of this loop does not compare its index to a bound",
           "add a bound that the index reaches, as in `i < n && ...`", first->getExprLoc());
  }
  for (const LoopTest& one : loop.tests) {
    if (&one == ends) continue;
    if (may_write(one.condition)) {
      refuse("gs-loop-condition", "the condition of this loop has a side effect",
             "move it into the body", one.condition->getExprLoc());
    }
    header.also.push_back(one);
  }
  const LoopBound& until = header.until;
  if (!header.index->getType()->isIntegralOrEnumerationType() ||
      !until.bound->getType()->isIntegralOrEnumerationType()) {
    refuse("gs-loop-index", "the index and the bound of this loop are not integers",
           "count with an integer, and compute the rest from it", header.where);
  }
  if (mentions(until.bound, header.index)) {
    refuse("gs-loop-bound", "the bound of this loop depends on its index",
           "compare the index alone to the bound", header.where);
  }
  const auto writes = [&](const LinearSide::Term& term) { return may_write(term.added); };
  if (may_write(until.bound) || std::ranges::any_of(until.terms, writes)) {
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
