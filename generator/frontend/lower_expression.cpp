// Expressions by their node, and the small ones among them.

#include <clang/AST/ExprConcepts.h>
#include <clang/AST/ExprObjC.h>
#include <fmt/format.h>

#include "frontend/lowering.hpp"
#include "support/check.hpp"

namespace gradsmith::frontend {
namespace {

using clang::Expr;
using clang::Stmt;

const Expr* inside(const Expr* e) {
  switch (e->getStmtClass()) {
#define GRADSMITH_TRANSPARENT(node, inner) \
  case Stmt::node##Class:                  \
    return llvm::cast<clang::node>(e)->inner();
#include "frontend/accepted_nodes.def"
    default:
      break;
  }
  const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(e);
  return unary && unary->getOpcode() == clang::UO_Extension ? unary->getSubExpr() : nullptr;
}

}  // namespace

const Expr* Lowering::strip(const Expr* e) const {
  while (const Expr* inner = inside(e)) e = inner;
  return e;
}

void Lowering::refuse_indirect(const Stmt* node) const {
  refuse("gs-indirect-call", "which function is called here is not known when compiling",
         "call it by its name, or pass a lambda to a template", node->getBeginLoc());
}

void Lowering::refuse_node(const Stmt* node) const {
  std::string what = node->getStmtClassName();
  if (const auto* cast = llvm::dyn_cast<clang::CastExpr>(node)) {
    if (cast->getCastKind() == clang::CK_FunctionToPointerDecay) refuse_indirect(node);
    what += fmt::format(" of kind {}", cast->getCastKindName());
  }
  std::string code = "gs-unsupported-construct";
  std::string way_out = "docs/spec_language.md lists what is accepted";
  switch (node->getStmtClass()) {
    case Stmt::GotoStmtClass:
    case Stmt::LabelStmtClass:
    case Stmt::IndirectGotoStmtClass:
      refuse("gs-goto", "jumps to labels are not handled", "use if, for, break and return",
             node->getBeginLoc());
    case Stmt::CXXTryStmtClass:
    case Stmt::CXXThrowExprClass:
      refuse("gs-exception", "exceptions are not handled", "return a value for every argument",
             node->getBeginLoc());
    case Stmt::CXXNewExprClass:
    case Stmt::CXXDeleteExprClass:
      refuse("gs-allocation", "memory from the heap is not handled", "use local arrays",
             node->getBeginLoc());
    case Stmt::CXXReinterpretCastExprClass:
    case Stmt::CXXConstCastExprClass:
    case Stmt::CXXDynamicCastExprClass:
      refuse("gs-cast", "this cast hides which object is meant", "use the object itself",
             node->getBeginLoc());
    case Stmt::StmtExprClass:
    case Stmt::GCCAsmStmtClass:
      code = "gs-extension";
      way_out = "write it in standard C++";
      break;
    default:
      break;
  }
  refuse(code, fmt::format("this construct is not handled ({})", what), way_out,
         node->getBeginLoc());
}

NodeId Lowering::number(const Expr* e) {
  const Nested nested = nest(e->getExprLoc());
  spend(e->getExprLoc());
  e = strip(e);
  const auto with_width = [&](NodeId node) {
    note_width(node, e->getType());
    return node;
  };
  if (e->isGLValue()) return with_width(load(e, e->getExprLoc()));
  const Layout* layout = layout_of(e->getType(), e->getExprLoc());
  if (layout->kind != Layout::Kind::Number) refuse_node(e);
  switch (e->getStmtClass()) {
#define GRADSMITH_NUMBER(node, method) \
  case Stmt::node##Class:              \
    return with_width(note(simple(method(llvm::cast<clang::node>(e))), e->getExprLoc()));
#include "frontend/accepted_nodes.def"
    default:
      refuse_node(e);
  }
}

Value Lowering::value(const Expr* e) {
  const Expr* given = e;
  e = strip(e);
  if (e->isGLValue()) return load_object(e);
  const clang::QualType type = e->getType();
  if (!is_vector(type)) {
    const Layout* layout = layout_of(type, given->getExprLoc());
    if (layout->kind == Layout::Kind::Number) return {layout, {number_cell(number(e))}};
    if (layout->kind == Layout::Kind::Address) return {layout, {address_cell(pointee(e))}};
  }
  const Nested nested = nest(e->getExprLoc());
  spend(e->getExprLoc());
  switch (e->getStmtClass()) {
#define GRADSMITH_OBJECT(node, method) \
  case Stmt::node##Class:              \
    return method(llvm::cast<clang::node>(e));
#include "frontend/accepted_nodes.def"
    default:
      refuse_node(e);
  }
}

void Lowering::discard(const Expr* e) {
  e = strip(e);
  if (!e->getType()->isVoidType()) {
    if (e->isGLValue()) {
      place(e);
    } else {
      value(e);
    }
    return;
  }
  if (const auto* call = llvm::dyn_cast<clang::CallExpr>(e)) {
    called(call);
  } else if (const auto* cast = llvm::dyn_cast<clang::CastExpr>(e);
             cast && cast->getCastKind() == clang::CK_ToVoid) {
    discard(cast->getSubExpr());
  } else if (const auto* comma = llvm::dyn_cast<clang::BinaryOperator>(e);
             comma && comma->getOpcode() == clang::BO_Comma) {
    discard(comma->getLHS());
    discard(comma->getRHS());
  } else if (const auto* choice = llvm::dyn_cast<clang::ConditionalOperator>(e)) {
    const Layout* none = layout_of(context_.BoolTy, e->getExprLoc());
    const auto side = [&](const Expr* part) {
      return [=, this] {
        discard(part);
        return Value{none, {number_cell(g_.boolean(false))}};
      };
    };
    choose_value(choice->getCond(), side(choice->getTrueExpr()), side(choice->getFalseExpr()),
                 e->getExprLoc());
  } else {
    refuse_node(e);
  }
}

NodeId Lowering::literal(const Expr* e) {
  if (const auto* floating = llvm::dyn_cast<clang::FloatingLiteral>(e)) {
    const llvm::APFloat x = floating->getValue();
    return element_of(e->getType()) == Element::F32
               ? g_.constant(static_cast<double>(x.convertToFloat()), Element::F32)
               : g_.constant(x.convertToDouble());
  }
  Expr::EvalResult result;
  if (!e->EvaluateAsRValue(result, context_) || !result.Val.isInt()) refuse_node(e);
  return integer_constant(result.Val.getInt(), e->getType(), e->getExprLoc());
}

NodeId Lowering::zero_number(const Expr* e) { return g_.number(*element_of(e->getType()), 0); }

NodeId Lowering::braced_number(const clang::InitListExpr* e) {
  if (e->getNumInits() == 0) return zero_number(e);
  return number(e->getInit(0));
}

NodeId Lowering::declared_constant(const clang::DeclRefExpr* e) {
  Expr::EvalResult result;
  if (!e->EvaluateAsRValue(result, context_)) refuse_node(e);
  return constant_value(result.Val, layout_of(e->getType(), e->getExprLoc()), e->getExprLoc())
      .cells[0]
      .node;
}

NodeId Lowering::conditional(const clang::ConditionalOperator* e) {
  const Layout* layout = layout_of(e->getType(), e->getExprLoc());
  return choose_value(
             e->getCond(), [&] { return Value{layout, {number_cell(number(e->getTrueExpr()))}}; },
             [&] { return Value{layout, {number_cell(number(e->getFalseExpr()))}}; },
             e->getExprLoc())
      .cells[0]
      .node;
}

Value Lowering::conditional_object(const clang::ConditionalOperator* e) {
  return choose_value(
      e->getCond(), [&] { return value(e->getTrueExpr()); },
      [&] { return value(e->getFalseExpr()); }, e->getExprLoc());
}

Value Lowering::choose_value(const Expr* condition_expr, const std::function<Value()>& a,
                             const std::function<Value()>& b, clang::SourceLocation where) {
  const NodeId c = condition(condition_expr);
  if (g_.is_constant(c)) return g_.index_value(c) != 0 ? a() : b();
  env_.begin_branch();
  Value left = a();
  const Changes changed_left = env_.end_branch();
  env_.begin_branch();
  const Value right = b();
  if (left.layout && right.layout && left.layout->length != right.layout->length) {
    refuse("gs-allocation", "this may be a vector of one length or of another",
           "choose between the elements", where);
  }
  join(c, changed_left, env_.end_branch(), where);
  const Variable shown{};
  for (std::size_t j = 0; j < left.cells.size(); ++j) {
    left.cells[j] = joined_cell(c, left.cells[j], right.cells[j], shown, where);
  }
  return left;
}

NodeId Lowering::called_number(const clang::CallExpr* e) { return called(e).cells[0].node; }

Value Lowering::lambda(const clang::LambdaExpr* e) {
  Value closure{layout_of(e->getType(), e->getExprLoc()), {}};
  auto field = e->getLambdaClass()->field_begin();
  for (const Expr* captured : e->capture_inits()) {
    const Value part = field->getType()->isReferenceType()
                           ? Value{nullptr, {address_cell(place(captured))}}
                           : value(captured);
    closure.cells.insert(closure.cells.end(), part.cells.begin(), part.cells.end());
    ++field;
  }
  return closure;
}

Value Lowering::copied_array(const clang::ArrayInitLoopExpr* e) {
  return value(e->getCommonExpr()->getSourceExpr());
}

Value Lowering::zero_object(const Expr* e) {
  return zero(layout_of(e->getType(), e->getExprLoc()));
}

Value Lowering::comma_object(const clang::BinaryOperator* e) {
  if (e->getOpcode() != clang::BO_Comma) refuse_node(e);
  discard(e->getLHS());
  return value(e->getRHS());
}

}  // namespace gradsmith::frontend
