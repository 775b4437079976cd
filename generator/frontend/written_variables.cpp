// Which variables a loop's body may write: every mention that is not plainly a read counts, so the
// answer may be too large, never too small.

#include <clang/AST/DeclCXX.h>

#include "frontend/lowering.hpp"

namespace gradsmith::frontend {
namespace {

using clang::Expr;
using clang::Stmt;

bool points_to_const(clang::QualType type, const clang::ASTContext& context) {
  return type->isPointerType() && !is_writable(type->getPointeeType(), context);
}

/// Whether nothing is written through an expression: a const lvalue, or a pointer to const.
bool refers_to_const(const Expr* e, const clang::ASTContext& context) {
  if (e->isGLValue()) return !is_writable(e->getType(), context);
  return points_to_const(e->getType(), context);
}

/// One step of the walk: a node, and what is known of how it is used. Of a pointer's value,
/// `read_only` speaks of what it points to.
struct Visit {
  const Stmt* node;
  bool read_only = false;
  bool pointee_read_only = false;  ///< of an lvalue of pointer type that is loaded
  bool in_lambda = false;
  bool in_inner_loop = false;
};

}  // namespace

void Lowering::mention(const Place& place, bool read_only, bool pointee_read_only,
                       Written& written) {
  if (!read_only) written.variables.insert(place.variable);
  if (pointee_read_only) return;
  // What its pointers and references point to may be written through it.
  const Variable& variable = env_.variable(place.variable);
  for (std::size_t j = 0; j < variable.layout->leaves.size(); ++j) {
    if (!variable.layout->leaves[j].address) continue;
    const Cell& cell = env_.get(variable.first + static_cast<Slot>(j));
    if (cell.place) mention(*cell.place, false, false, written);
  }
}

Written Lowering::written_by(const std::vector<const Stmt*>& statements) {
  Written written;
  std::unordered_set<const clang::ValueDecl*> inside;
  const auto& bindings = frame().bindings;
  std::vector<Visit> stack;
  for (std::size_t i = statements.size(); i-- > 0;) stack.push_back({statements[i]});
  while (!stack.empty()) {
    const Visit visit = stack.back();
    stack.pop_back();
    const Stmt* s = visit.node;
    if (!s) continue;
    spend(s->getBeginLoc());
    bool read_only = visit.read_only;
    bool in_inner_loop = visit.in_inner_loop;
    const auto push = [&](const Stmt* child, bool reads = false, bool pointee_reads = false) {
      stack.push_back({child, reads, pointee_reads, visit.in_lambda, in_inner_loop});
    };
    if (const auto* e = llvm::dyn_cast<Expr>(s)) {
      read_only = read_only || refers_to_const(e, context_);
    }
    if (const auto* ref = llvm::dyn_cast<clang::DeclRefExpr>(s)) {
      const clang::ValueDecl* decl = ref->getDecl();
      if (inside.contains(decl)) continue;
      const auto* binding = llvm::dyn_cast<clang::BindingDecl>(decl);
      if (binding && binding->getHoldingVar()) decl = binding->getHoldingVar();
      if (const auto found = bindings.find(decl); found != bindings.end()) {
        mention(found->second, read_only,
                visit.pointee_read_only || points_to_const(ref->getType(), context_), written);
      } else if (binding) {
        push(binding->getBinding(), read_only, visit.pointee_read_only);
      }
    } else if (llvm::isa<clang::CXXThisExpr>(s)) {
      if (frame().self) mention(*frame().self, read_only, read_only, written);
    } else if (const auto* cast = llvm::dyn_cast<clang::CastExpr>(s)) {
      const bool loads = cast->getCastKind() == clang::CK_LValueToRValue;
      push(cast->getSubExpr(), read_only || loads,
           loads ? read_only || !cast->getType()->isPointerType() : visit.pointee_read_only);
    } else if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(s)) {
      push(member->getBase(), read_only, visit.pointee_read_only);
    } else if (const auto* element = llvm::dyn_cast<clang::ArraySubscriptExpr>(s)) {
      push(element->getIdx());
      push(element->getBase(), read_only);
    } else if (const auto* paren = llvm::dyn_cast<clang::ParenExpr>(s)) {
      push(paren->getSubExpr(), read_only, visit.pointee_read_only);
    } else if (const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(s);
               unary &&
               (unary->getOpcode() == clang::UO_Deref || unary->getOpcode() == clang::UO_AddrOf)) {
      push(unary->getSubExpr(), read_only);
    } else if (const auto* op = llvm::dyn_cast<clang::CXXOperatorCallExpr>(s);
               op && op->getOperator() == clang::OO_Subscript && op->getDirectCallee() &&
               is_library_function(op->getDirectCallee(), files_)) {
      push(op->getArg(1));
      push(op->getArg(0), read_only);
    } else if (const auto* declaration = llvm::dyn_cast<clang::DeclStmt>(s)) {
      for (const clang::Decl* d : declaration->decls()) {
        const auto* v = llvm::dyn_cast<clang::VarDecl>(d);
        if (!v) continue;
        inside.insert(v);
        if (v->getInit()) push(v->getInit());
        if (const auto* parts = llvm::dyn_cast<clang::DecompositionDecl>(v)) {
          for (const clang::BindingDecl* part : parts->bindings()) inside.insert(part);
        }
      }
    } else if (const auto* lambda = llvm::dyn_cast<clang::LambdaExpr>(s)) {
      for (const Expr* init : lambda->capture_inits()) push(init);
      stack.push_back({lambda->getBody(), false, false, true, false});
    } else if (const auto* argument = llvm::dyn_cast<clang::CXXDefaultInitExpr>(s)) {
      push(argument->getExpr());
    } else {
      if (llvm::isa<clang::ReturnStmt>(s) && !visit.in_lambda) written.returns = true;
      if (llvm::isa<clang::BreakStmt>(s) && !visit.in_lambda && !in_inner_loop) {
        written.breaks = true;
      }
      if (llvm::isa<clang::ForStmt, clang::CXXForRangeStmt, clang::SwitchStmt, clang::WhileStmt,
                    clang::DoStmt>(s)) {
        in_inner_loop = true;
      }
      // The first child comes off the stack first, so that declarations precede uses.
      const std::vector<const Stmt*> children(s->child_begin(), s->child_end());
      for (std::size_t i = children.size(); i-- > 0;) push(children[i]);
    }
  }
  return written;
}

}  // namespace gradsmith::frontend
