// The ways to write a loop that counts: `for`, `while`, `do`, and pointers that walk.

#include <algorithm>

#include "frontend/loop_syntax.hpp"
#include "frontend/lowering.hpp"

namespace gradsmith::frontend {

using clang::Expr;
using clang::Stmt;

namespace {

/// Whether a statement has a `continue` of the loop that it is in.
bool continues_loop(const Stmt* s) {
  if (!s || llvm::isa<clang::ForStmt, clang::CXXForRangeStmt, clang::WhileStmt, clang::DoStmt,
                      clang::LambdaExpr>(s)) {
    return false;
  }
  return llvm::isa<clang::ContinueStmt>(s) ||
         std::any_of(s->child_begin(), s->child_end(), continues_loop);
}

/// The statements of a loop's body.
std::vector<const Stmt*> statements_of(const Stmt* body) {
  const auto* block = llvm::dyn_cast<clang::CompoundStmt>(body);
  if (!block) return {body};
  return {block->body_begin(), block->body_end()};
}

/// `c` in `if (c) break;`; null for anything else.
const Expr* condition_of_break(const Stmt* s) {
  const auto* branch = llvm::dyn_cast<clang::IfStmt>(s);
  if (!branch || branch->getElse() || branch->hasInitStorage() || branch->hasVarStorage() ||
      branch->isConstexpr() || branch->isConsteval()) {
    return nullptr;
  }
  const std::vector<const Stmt*> then = statements_of(branch->getThen());
  return then.size() == 1 && llvm::isa<clang::BreakStmt>(then[0]) ? branch->getCond() : nullptr;
}

/// `first` in `first != last` and the like, of pointers and of iterators.
struct Walk {
  const clang::VarDecl* pointer = nullptr;
  const Expr* last = nullptr;
};

bool is_walking(clang::QualType type) {
  return type->isPointerType() || is_iterator(record_of(type));
}

const clang::VarDecl* walker(const Expr* e) {
  e = e->IgnoreParenImpCasts();
  const auto* ref = llvm::dyn_cast<clang::DeclRefExpr>(e);
  const auto* variable = ref ? llvm::dyn_cast<clang::VarDecl>(ref->getDecl()) : nullptr;
  return variable && is_walking(variable->getType()) ? variable : nullptr;
}

Walk walk_of(const Expr* condition) {
  condition = condition->IgnoreParenImpCasts();
  if (const auto* rewritten = llvm::dyn_cast<clang::CXXRewrittenBinaryOperator>(condition)) {
    const auto parts = rewritten->getDecomposedForm();
    if (parts.Opcode != clang::BO_NE && parts.Opcode != clang::BO_LT) return {};
    return {walker(parts.LHS), parts.RHS};
  }
  if (const auto* op = llvm::dyn_cast<clang::CXXOperatorCallExpr>(condition)) {
    const bool ends =
        op->getOperator() == clang::OO_ExclaimEqual || op->getOperator() == clang::OO_Less;
    return ends && op->getNumArgs() == 2 ? Walk{walker(op->getArg(0)), op->getArg(1)} : Walk{};
  }
  const auto* compared = comparison(condition);
  const bool ends =
      compared && (compared->getOpcode() == clang::BO_NE || compared->getOpcode() == clang::BO_LT);
  return ends ? Walk{walker(compared->getLHS()), compared->getRHS()} : Walk{};
}

bool counts_up(const Expr* increment, const clang::VarDecl* pointer) {
  increment = increment->IgnoreParens();
  if (const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(increment)) {
    return unary->isIncrementOp() && walker(unary->getSubExpr()) == pointer;
  }
  const auto* op = llvm::dyn_cast<clang::CXXOperatorCallExpr>(increment);
  return op && op->getOperator() == clang::OO_PlusPlus && walker(op->getArg(0)) == pointer;
}

}  // namespace

void Lowering::for_loop(const clang::ForStmt* s) {
  if (pointer_loop(s)) return;
  CountedLoop loop;
  loop.init = s->getInit();
  if (s->getCond()) split({s->getCond()}, loop.tests);
  loop.increment = s->getInc();
  loop.body = statements_of(s->getBody());
  loop.where = s->getForLoc();
  tests_in_body(loop, s->getCond());
  if (!loop.increment) count_in_body(loop);
  counted(loop);
}

void Lowering::while_loop(const clang::WhileStmt* s) {
  if (s->getConditionVariableDeclStmt()) refuse_node(s);
  CountedLoop loop;
  split({s->getCond()}, loop.tests);
  loop.body = statements_of(s->getBody());
  loop.where = s->getWhileLoc();
  tests_in_body(loop, s->getCond());
  count_in_body(loop);
  counted(loop);
}

void Lowering::do_loop(const clang::DoStmt* s) {
  CountedLoop loop;
  split({s->getCond()}, loop.tests);
  loop.body = statements_of(s->getBody());
  loop.runs_first = true;
  loop.where = s->getDoLoc();
  tests_in_body(loop, s->getCond());
  count_in_body(loop);
  counted(loop);
}

void Lowering::tests_in_body(CountedLoop& loop, const Expr* condition) {
  bool always = false;
  if (condition && !(condition->EvaluateAsBooleanCondition(always, context_) && always)) return;
  loop.tests.clear();
  loop.runs_first = false;
  std::size_t heads = 0;
  while (heads < loop.body.size()) {
    const Expr* leaves = condition_of_break(loop.body[heads]);
    if (!leaves) break;
    split({leaves, false}, loop.tests);
    ++heads;
  }
  loop.body.erase(loop.body.begin(), loop.body.begin() + static_cast<std::ptrdiff_t>(heads));
  if (heads > 0 || loop.body.empty() || loop.increment) return;
  // A `continue` would leave out a test at the end.
  const Expr* leaves = condition_of_break(loop.body.back());
  if (!leaves || std::ranges::any_of(loop.body, continues_loop)) return;
  split({leaves, false}, loop.tests);
  loop.body.pop_back();
  loop.runs_first = true;
}

void Lowering::count_in_body(CountedLoop& loop) {
  if (loop.runs_first && loop.tests.size() == 1) {
    const clang::BinaryOperator* compared = comparison(strip(loop.tests.front().condition));
    for (const Expr* side :
         {compared ? compared->getLHS() : nullptr, compared ? compared->getRHS() : nullptr}) {
      if (!side || !counted_in(side)) continue;
      loop.increment = side->IgnoreParenImpCasts();
      loop.test_counts = true;
      return;
    }
  }
  for (std::size_t i = loop.body.size(); i-- > 0;) {
    // What comes after it must be simple enough to stand where `for` has its increments.
    const auto* e = llvm::dyn_cast<Expr>(loop.body[i]);
    if (!e) return;
    std::vector<const Expr*> parts;
    split_at_commas(e, parts);
    const bool counts = std::ranges::any_of(parts, [&](const Expr* part) {
      const clang::VarDecl* counted = step_of(strip(part)).variable;
      return counted && std::ranges::any_of(loop.tests, [&](const LoopTest& test) {
               const auto bound = loop_bound(test, counted);
               return bound && !bound->counts;
             });
    });
    if (counts) {
      // A `continue` would leave out the counting.
      loop.body.resize(i);
      if (std::ranges::any_of(loop.body, continues_loop)) return;
      loop.increment = e;
      std::reverse(loop.after.begin(), loop.after.end());
      return;
    }
    loop.after.push_back(e);
  }
  loop.after.clear();
}

bool Lowering::pointer_loop(const clang::ForStmt* s) {
  const auto* init = llvm::dyn_cast_or_null<clang::DeclStmt>(s->getInit());
  if (!init || !s->getCond() || !s->getInc()) return false;
  const Walk walk = walk_of(s->getCond());
  const auto declared = [&](const clang::Decl* d) { return d == walk.pointer; };
  if (!walk.pointer || !std::any_of(init->decl_begin(), init->decl_end(), declared) ||
      !walk.pointer->getInit() || !counts_up(s->getInc(), walk.pointer)) {
    return false;
  }
  const clang::SourceLocation where = s->getForLoc();
  for (const clang::Decl* decl : init->decls()) {
    const auto* other = llvm::dyn_cast<clang::VarDecl>(decl);
    if (other && other != walk.pointer) declare_variable(other);
  }
  const Place first = pointee(walk.pointer->getInit());
  const Layout* address = layout_of(walk.pointer->getType(), where);
  const auto at = [&](NodeId index) {
    return Value{address, {address_cell(advance(first, index, where))}};
  };
  LoopBody body;
  body.bound = [&] { return distance(first, pointee(walk.last), where); };
  body.once = [&](NodeId index) {
    const Value now = at(index);
    const Place pointer = keep(now, "");
    frame().bindings[walk.pointer] = pointer;
    statement(s->getBody());
    if (read(pointer, where).cells != now.cells) {
      refuse("gs-loop-index-changes", "the pointer of this loop is moved in its body",
             "use an index", where);
    }
  };
  frame().bindings[walk.pointer] = keep(at(g_.index(0)), "");
  body.consists_of = {s->getBody()};
  loop(g_.index(0), 1, body, where);
  return true;
}

}  // namespace gradsmith::frontend
