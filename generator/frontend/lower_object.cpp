// Objects of array and class type: braces and constructors.

#include <clang/AST/DeclCXX.h>
#include <fmt/format.h>

#include "frontend/lowering.hpp"
#include "support/check.hpp"

namespace gradsmith::frontend {

using clang::Expr;

Value Lowering::initial_value(const Layout* layout, const Expr* e) {
  if (layout->kind == Layout::Kind::Number) return {layout, {number_cell(number(e))}};
  Value made = value(e);
  made.layout = layout;
  return made;
}

Value Lowering::listed(const clang::InitListExpr* e) {
  if (const clang::InitListExpr* semantic = e->getSemanticForm()) e = semantic;
  const Layout* layout = layout_of(e->getType(), e->getExprLoc());
  if (layout->kind == Layout::Kind::Array) return listed_array(layout, e);
  // Braces around an object of the same type.
  if (e->isTransparent()) return value(e->getInit(0));
  if (layout->kind == Layout::Kind::Class) return listed_class(layout, e);
  refuse_node(e);
}

Value Lowering::listed_array(const Layout* layout, const clang::InitListExpr* e) {
  if (e->isTransparent()) return value(e->getInit(0));
  if (is_std_array(record_of(e->getType()))) {
    if (e->getNumInits() == 0) return zero(layout);
    Value inner = value(e->getInit(0));
    inner.layout = layout;
    return inner;
  }
  std::vector<Value> elements;
  for (const Expr* init : e->inits()) elements.push_back(initial_value(layout->inside, init));
  const auto extent = static_cast<std::size_t>(layout->extent);
  while (elements.size() < extent) {
    const Expr* filler = e->getArrayFiller();
    elements.push_back(filler ? initial_value(layout->inside, filler) : zero(layout->inside));
  }
  return array_value(layout, elements);
}

Value Lowering::listed_class(const Layout* layout, const clang::InitListExpr* e) {
  // A member's default initialiser may refer to members that come before it.
  const Place object = keep(uninitialised(layout, "", e->getExprLoc()), "");
  const std::optional<Place> outer = frame().self;
  frame().self = object;
  std::size_t next = 0;
  for (const Layout::Member& m : layout->members) {
    if (next >= e->getNumInits()) break;
    const Expr* init = e->getInit(static_cast<unsigned>(next++));
    const Place part = member_of(object, m);
    if (m.field && m.field->getType()->isReferenceType()) {
      write(part, {m.layout, {address_cell(place(init))}}, init->getExprLoc());
      continue;
    }
    // Only a default initialiser means the new object by `this`.
    if (!llvm::isa<clang::CXXDefaultInitExpr>(init)) frame().self = outer;
    const Value held = initial_value(m.layout, init);
    frame().self = object;
    write(part, held, init->getExprLoc());
  }
  frame().self = outer;
  return read(object, e->getExprLoc());
}

Value Lowering::constructed(const clang::CXXConstructExpr* e) {
  if (is_vector(e->getType())) return constructed_vector(e, "");
  const clang::CXXConstructorDecl* constructor = e->getConstructor();
  const clang::SourceLocation where = e->getExprLoc();
  const Layout* layout = layout_of(e->getType(), where);
  if (layout->kind == Layout::Kind::Array && !is_std_array(record_of(e->getType()))) {
    const auto* inside = context_.getAsConstantArrayType(e->getType());
    GRADSMITH_CHECK(inside, "an array of no constant size is constructed");
    if (constructor->isTrivial()) {
      return e->requiresZeroInitialization() ? zero(layout) : uninitialised(layout, "", where);
    }
    refuse("gs-array-of-constructed",
           "arrays of classes whose constructor does something are not handled",
           "list the elements in braces", where);
  }
  if (constructor->isCopyOrMoveConstructor() &&
      (constructor->isDefaulted() || is_library_function(constructor, files_))) {
    Value copy = value(e->getArg(0));
    // A copy of a derived object keeps its base part only.
    GRADSMITH_CHECK(copy.cells.size() == layout->leaves.size(), "a copy changes its type");
    copy.layout = layout;
    return copy;
  }
  if (is_tuple(record_of(e->getType()))) {
    return made_tuple(layout, {e->arg_begin(), e->arg_end()}, where);
  }
  if (constructor->isDefaultConstructor() && constructor->isTrivial()) {
    return e->requiresZeroInitialization() ? zero(layout) : uninitialised(layout, "", where);
  }
  if (is_library_function(constructor, files_)) {
    if (constructor->isDefaultConstructor()) {
      return e->requiresZeroInitialization() ? zero(layout) : uninitialised(layout, "", where);
    }
    refuse("gs-unknown-function",
           fmt::format("the constructor of '{}' is not known", shown(e->getType())), "", where);
  }
  const Place object =
      keep(e->requiresZeroInitialization() ? zero(layout) : uninitialised(layout, "", where), "");
  const clang::FunctionDecl* definition = definition_of(constructor, where);
  const std::vector<Place> arguments =
      bind_arguments(definition, {e->arg_begin(), e->arg_end()}, /*right_to_left=*/false, where);
  run_constructor(llvm::cast<clang::CXXConstructorDecl>(definition), object, arguments, where);
  return read(object, where);
}

void Lowering::run_constructor(const clang::CXXConstructorDecl* constructor, const Place& object,
                               const std::vector<Place>& arguments, clang::SourceLocation call) {
  enter(constructor, call);
  frame().self = object;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    frame().bindings[constructor->getParamDecl(static_cast<unsigned>(i))] = arguments[i];
  }
  for (const clang::CXXCtorInitializer* init : constructor->inits()) {
    const Expr* e = init->getInit();
    const clang::SourceLocation where = init->getSourceLocation();
    if (init->isDelegatingInitializer()) {
      write(object, value(e), where);
    } else if (init->isBaseInitializer()) {
      const Layout::Member* base = object.layout->base(record_of(e->getType()));
      GRADSMITH_CHECK(base, "no such base class");
      write(member_of(object, *base), value(e), where);
    } else {
      const clang::FieldDecl* field = init->getAnyMember();
      const Layout::Member* member = object.layout->member(field);
      GRADSMITH_CHECK(member, "no member '{}'", field->getNameAsString());
      const Value held = field->getType()->isReferenceType()
                             ? Value{member->layout, {address_cell(place(e))}}
                             : initial_value(member->layout, e);
      write(member_of(object, *member), held, where);
    }
  }
  if (const clang::Stmt* body = constructor->getBody()) {
    if (!llvm::isa<clang::CompoundStmt>(body)) refuse_node(body);
    statement(body);
  }
  leave(call);
}

}  // namespace gradsmith::frontend
