// Calls: visible functions, lambdas and operators are inlined.

#include <clang/AST/DeclTemplate.h>
#include <fmt/format.h>

#include "frontend/lowering.hpp"
#include "support/check.hpp"

namespace gradsmith::frontend {

using clang::Expr;

Value Lowering::called(const clang::CallExpr* e) {
  const clang::SourceLocation where = e->getExprLoc();
  spend(where);
  const clang::FunctionDecl* callee = e->getDirectCallee();
  if (!callee) refuse_indirect(e);
  if (llvm::isa<clang::CXXPseudoDestructorExpr>(e->getCallee())) return {};
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(callee);
  if (method && method->isExplicitObjectMemberFunction()) refuse_node(e);
  if (method && method->isVirtual()) {
    refuse("gs-virtual-call", fmt::format("'{}' is virtual", callee->getNameAsString()),
           "call a function that is known when compiling", where);
  }
  if (method && callee->isDefaulted() &&
      (method->isCopyAssignmentOperator() || method->isMoveAssignmentOperator())) {
    const Value right = value(e->getArg(1));
    const Place left = place(e->getArg(0));
    const Value stored = cut_if_asked(left, right, where);
    write(left, stored, where);
    assigned(left, where);
    return {layout_of(e->getType(), where), {address_cell(left)}};
  }
  if (is_library_function(callee, files_)) {
    const auto known = known_function(callee);
    if (!known) {
      refuse("gs-unknown-function",
             fmt::format("'{}' is not among the library functions that gradsmith knows",
                         callee->getQualifiedNameAsString()),
             "docs/spec_language.md lists them; write this one out as a function of your own",
             where);
    }
    return known_call(*known, e);
  }
  if (callee->isConstexpr() && e->getType()->isIntegralOrEnumerationType() && e->isPRValue()) {
    // An integer that C++ computes when compiling may come from recursion and any kind of loop.
    Expr::EvalResult result;
    if (e->EvaluateAsRValue(result, context_) && !result.HasSideEffects) {
      return constant_value(result.Val, layout_of(e->getType(), where), where);
    }
  }
  if (!method || method->isStatic()) return call_user(callee, std::nullopt, e);
  if (const auto* member = llvm::dyn_cast<clang::CXXMemberCallExpr>(e)) {
    const Expr* object = member->getImplicitObjectArgument();
    return call_user(callee, object->getType()->isPointerType() ? pointee(object) : place(object),
                     e);
  }
  return call_user(callee, place(e->getArg(0)), e);
}

const clang::FunctionDecl* Lowering::definition_of(const clang::FunctionDecl* function,
                                                   clang::SourceLocation where) const {
  const clang::FunctionDecl* definition = nullptr;
  if (!function->hasBody(definition) || !definition) {
    refuse(
        "gs-no-body",
        fmt::format("the body of '{}' is not visible here", function->getQualifiedNameAsString()),
        "define it in this file or in a header", where);
  }
  if (definition->isVariadic()) {
    refuse("gs-variadic", fmt::format("'{}' takes variable arguments", function->getNameAsString()),
           "use a template", where);
  }
  return definition;
}

Value Lowering::call_user(const clang::FunctionDecl* function, std::optional<Place> self,
                          const clang::CallExpr* e) {
  const clang::SourceLocation where = e->getExprLoc();
  const clang::FunctionDecl* definition = definition_of(function, where);
  std::vector<const Expr*> arguments(e->arg_begin(), e->arg_end());
  bool right_to_left = false;
  if (const auto* op = llvm::dyn_cast<clang::CXXOperatorCallExpr>(e)) {
    // A member's object stands before the arguments, also where it is static and needs none.
    if (llvm::isa<clang::CXXMethodDecl>(function)) arguments.erase(arguments.begin());
    right_to_left = op->isAssignmentOp();
  }
  return call_bound(definition, self, bind_arguments(definition, arguments, right_to_left, where),
                    where);
}

Value Lowering::call_bound(const clang::FunctionDecl* definition, std::optional<Place> self,
                           const std::vector<Place>& bound, clang::SourceLocation where) {
  enter(definition, where);
  frame().self = self;
  for (std::size_t i = 0; i < bound.size(); ++i) {
    frame().bindings[definition->getParamDecl(static_cast<unsigned>(i))] = bound[i];
  }
  if (const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(definition);
      method && method->getParent()->isLambda()) {
    bind_captures(method, *self);
  }
  const clang::Stmt* body = definition->getBody();
  if (!llvm::isa<clang::CompoundStmt>(body)) refuse_node(body);
  statement(body);
  return leave(where);
}

std::vector<Place> Lowering::bind_arguments(const clang::FunctionDecl* function,
                                            const std::vector<const Expr*>& arguments,
                                            bool right_to_left, clang::SourceLocation where) {
  std::vector<Place> bound(arguments.size());
  const auto bind = [&](std::size_t i) {
    bound[i] = bind_argument(function->getParamDecl(static_cast<unsigned>(i)), arguments[i]);
  };
  if (right_to_left) {
    for (std::size_t i = arguments.size(); i-- > 0;) bind(i);
  } else {
    in_any_order(arguments, bind, where);
  }
  return bound;
}

Place Lowering::bind_argument(const clang::ParmVarDecl* parameter, const Expr* argument) {
  const clang::QualType type = parameter->getType();
  if (is_vector(type)) return keep(value(argument), parameter->getNameAsString());
  if (!type->isReferenceType()) {
    Value held = initial_value(layout_of(type, argument->getExprLoc()), argument);
    return keep(std::move(held), parameter->getNameAsString());
  }
  // A reference to const may stand for one of several lvalues: nothing is written through it.
  const Expr* e = strip_qualification(argument);
  if (!is_writable(type, context_) && llvm::isa<clang::ConditionalOperator>(e) &&
      element_of(e->getType())) {
    return keep(load_object(e), "");
  }
  return place(argument);
}

void Lowering::enter(const clang::FunctionDecl* function, clang::SourceLocation call) {
  for (const Frame& open : frames_) {
    if (open.function->getCanonicalDecl() == function->getCanonicalDecl()) {
      refuse("gs-recursion", fmt::format("'{}' calls itself", function->getQualifiedNameAsString()),
             "use a loop", call);
    }
  }
  Frame entered;
  entered.function = function;
  entered.call = call;
  entered.returned = declare_flag("returned");
  entered.branches = env_.branches();
  entered.loops = loops_.size();
  const clang::QualType type = function->getReturnType();
  // How long a vector is, the return statement says.
  if (!type->isVoidType() && !is_vector(type)) {
    entered.result = declare("returned value", layout_of(type, function->getLocation()), true);
  }
  frames_.push_back(std::move(entered));
}

Value Lowering::leave(clang::SourceLocation where) {
  Value result;
  if (frame().result) {
    const Variable& returned = env_.variable(frame().returned);
    const Cell flag = env_.get(returned.first);
    if (!g_.is_constant(flag.node, 1)) {
      refuse("gs-missing-return",
             fmt::format("'{}' may end without returning a value",
                         frame().function->getNameAsString()),
             "end it with a return statement", frame().function->getLocation());
    }
    result = read(whole(*frame().result), where);
  }
  frames_.pop_back();
  return result;
}

void Lowering::bind_captures(const clang::CXXMethodDecl* method, const Place& closure) {
  llvm::DenseMap<const clang::ValueDecl*, clang::FieldDecl*> captures;
  clang::FieldDecl* captured_this = nullptr;
  method->getParent()->getCaptureFields(captures, captured_this);
  const auto field_place = [&](const clang::FieldDecl* field) {
    const Layout::Member* member = closure.layout->member(field);
    GRADSMITH_CHECK(member, "a capture has no field");
    const Place part = member_of(closure, *member);
    const bool refers = field->getType()->isReferenceType();
    return refers ? follow(part, method->getLocation()) : part;
  };
  for (const auto& [variable, field] : captures) frame().bindings[variable] = field_place(field);
  if (captured_this) {
    const Place held = field_place(captured_this);
    frame().self =
        captured_this->getType()->isPointerType() ? follow(held, method->getLocation()) : held;
  }
}

}  // namespace gradsmith::frontend
