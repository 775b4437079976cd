// Statements, and the rest of a block after one that may leave it.

#include <clang/AST/Attr.h>
#include <clang/AST/DeclCXX.h>
#include <fmt/format.h>

#include "frontend/lowering.hpp"
#include "support/check.hpp"

namespace gradsmith::frontend {

using clang::Expr;
using clang::Stmt;

void Lowering::statement(const Stmt* s) {
  const Nested nested = nest(s->getBeginLoc());
  spend(s->getBeginLoc());
  if (const auto* e = llvm::dyn_cast<Expr>(s)) {
    discard(e);
    return;
  }
  switch (s->getStmtClass()) {
#define GRADSMITH_STATEMENT(node, method) \
  case Stmt::node##Class:                 \
    method(llvm::cast<clang::node>(s));   \
    return;
#include "frontend/accepted_nodes.def"
    default:
      refuse_node(s);
  }
}

void Lowering::compound(const clang::CompoundStmt* s) {
  block({s->body_begin(), s->body_end()}, 0);
}

void Lowering::block(const std::vector<const Stmt*>& statements, std::size_t from) {
  // After a statement that may have left the block, the rest is a branch that runs where it did
  // not.
  struct Guard {
    NodeId stopped;
    clang::SourceLocation where;
  };
  std::vector<Guard> guards;
  for (std::size_t i = from; i < statements.size(); ++i) {
    statement(statements[i]);
    const NodeId stopped = stop_condition();
    if (g_.is_constant(stopped, 1)) break;
    if (g_.is_constant(stopped, 0) || i + 1 == statements.size()) continue;
    guards.push_back({stopped, statements[i]->getBeginLoc()});
    env_.begin_branch();
    clear_flags();
  }
  while (!guards.empty()) {
    join_stopped(guards.back().stopped, env_.end_branch(), guards.back().where);
    guards.pop_back();
  }
}

void Lowering::declaration(const clang::DeclStmt* s) {
  for (const clang::Decl* decl : s->decls()) {
    if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(decl)) {
      declare_variable(variable);
      if (const auto* parts = llvm::dyn_cast<clang::DecompositionDecl>(variable)) {
        for (const clang::BindingDecl* part : parts->bindings()) {
          if (const clang::VarDecl* holding = part->getHoldingVar()) declare_variable(holding);
        }
      }
      continue;
    }
    const bool says_nothing =
        llvm::isa<clang::TypedefNameDecl, clang::UsingDecl, clang::UsingDirectiveDecl,
                  clang::UsingEnumDecl, clang::StaticAssertDecl, clang::TagDecl, clang::EmptyDecl,
                  clang::NamespaceAliasDecl, clang::UsingShadowDecl, clang::FunctionDecl>(decl);
    if (!says_nothing) {
      refuse("gs-unsupported-construct",
             fmt::format("this declaration is not handled ({})", decl->getDeclKindName()), "",
             decl->getLocation());
    }
  }
}

void Lowering::declare_variable(const clang::VarDecl* variable) {
  const clang::SourceLocation where = variable->getLocation();
  const clang::QualType type = variable->getType();
  const std::string name = variable->getNameAsString();
  if (type.isVolatileQualified()) {
    refuse("gs-volatile", fmt::format("'{}' is volatile", name), "drop the volatile", where);
  }
  // Used as constants, or refused where they are used.
  if (variable->isStaticLocal() || variable->hasExternalStorage()) return;
  if (variable->hasAttr<clang::CleanupAttr>()) {
    refuse("gs-extension", "clean-up functions are not handled", "call them where they act", where);
  }
  const Expr* init = variable->getInit();
  if (type->isReferenceType()) {
    const Expr* bare = strip(init);
    if (const auto* call = llvm::dyn_cast<clang::CallExpr>(bare); call && bare->isGLValue()) {
      const clang::FunctionDecl* callee = call->getDirectCallee();
      const auto known =
          callee && is_library_function(callee, files_) ? known_function(callee) : std::nullopt;
      if (known && returns_an_argument(*known)) refuse_join(where);
    }
    frame().bindings[variable] = place(init);
    frame().stale.erase(variable);
    return;
  }
  const auto* constructor = init ? llvm::dyn_cast<clang::CXXConstructExpr>(strip(init)) : nullptr;
  if (is_vector(type)) {
    Value held = constructor ? constructed_vector(constructor, name) : value(init);
    const VariableId id = declare(name, held.layout);
    add_local(id, where);
    frame().bindings[variable] = whole(id);
    write(whole(id), held, where);
    assigned(whole(id), where);
    return;
  }
  const Layout* layout = layout_of(type, where);
  Value held;
  const bool left_open = !init || (constructor && constructor->getConstructor()->isTrivial() &&
                                   constructor->getConstructor()->isDefaultConstructor() &&
                                   !constructor->requiresZeroInitialization());
  const clang::APValue* computed = variable->isConstexpr() ? variable->evaluateValue() : nullptr;
  if (computed) {
    held = constant_value(*computed, layout, where);
  } else if (left_open) {
    held = uninitialised(layout, name, where);
  } else {
    held = initial_value(layout, init);
  }
  const VariableId id = declare(name, layout);
  add_local(id, where);
  const Place object = whole(id);
  frame().bindings[variable] = object;
  if (left_open) {
    write(object, held, where);
    return;
  }
  held = cut_if_asked(object, std::move(held), where);
  write(object, held, where);
  assigned(object, where);
}

void Lowering::returns(const clang::ReturnStmt* s) {
  const clang::SourceLocation where = s->getReturnLoc();
  if (const Expr* e = s->getRetValue()) {
    if (is_vector(frame().function->getReturnType())) {
      return_vector(e, where);
    } else if (!frame().result) {
      discard(e);
    } else {
      const Place result = whole(*frame().result);
      const bool refers = frame().function->getReturnType()->isReferenceType();
      const Value held =
          refers ? Value{result.layout, {address_cell(place(e))}} : initial_value(result.layout, e);
      write(result, held, where);
    }
  }
  write(whole(frame().returned), {nullptr, {number_cell(g_.boolean(true))}}, where);
}

void Lowering::return_vector(const Expr* e, clang::SourceLocation where) {
  if (env_.branches() != frame().branches || loops_.size() != frame().loops) {
    refuse("gs-allocation",
           "a vector is returned from a branch or loop, and so may have any length",
           "return it at the function's end alone", where);
  }
  const Value held = value(e);
  frame().result = declare("returned value", held.layout, true);
  write(whole(*frame().result), held, where);
}

void Lowering::breaks(const clang::BreakStmt* s) { leave_loop(s->getBreakLoc()); }

void Lowering::leave_loop(clang::SourceLocation where) {
  GRADSMITH_CHECK(!frame().breakables.empty(), "a break outside loops");
  write(whole(frame().breakables.back().broke), {nullptr, {number_cell(g_.boolean(true))}}, where);
}

void Lowering::continues(const clang::ContinueStmt* s) {
  for (std::size_t i = frame().breakables.size(); i-- > 0;) {
    if (!frame().breakables[i].continued) continue;
    write(whole(*frame().breakables[i].continued), {nullptr, {number_cell(g_.boolean(true))}},
          s->getContinueLoc());
    return;
  }
  GRADSMITH_CHECK(false, "a continue outside loops");
}

void Lowering::attributed(const clang::AttributedStmt* s) { statement(s->getSubStmt()); }

void Lowering::nothing(const clang::NullStmt*) {}

}  // namespace gradsmith::frontend
