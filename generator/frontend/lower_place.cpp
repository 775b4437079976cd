// Lvalues and pointers: which place they denote.

#include <clang/AST/DeclCXX.h>
#include <fmt/format.h>

#include "frontend/lowering.hpp"
#include "support/check.hpp"

namespace gradsmith::frontend {

using clang::Expr;
using clang::Stmt;

Place Lowering::place(const Expr* e) {
  e = strip(e);
  spend(e->getExprLoc());
  if (!e->isGLValue()) return keep(value(e), "");
  switch (e->getStmtClass()) {
#define GRADSMITH_PLACE(node, method) \
  case Stmt::node##Class:             \
    return method(llvm::cast<clang::node>(e));
#include "frontend/accepted_nodes.def"
    default:
      refuse_node(e);
  }
}

Place Lowering::pointee(const Expr* e) {
  e = strip(e);
  spend(e->getExprLoc());
  if (e->isGLValue()) return follow(place(e), e->getExprLoc());
  switch (e->getStmtClass()) {
#define GRADSMITH_ADDRESS(node, method) \
  case Stmt::node##Class:               \
    return method(llvm::cast<clang::node>(e));
#include "frontend/accepted_nodes.def"
    default:
      refuse_node(e);
  }
}

Place Lowering::keep(Value value, const std::string& name) {
  const VariableId id = declare(name, value.layout);
  const Slot first = env_.variable(id).first;
  for (std::size_t j = 0; j < value.cells.size(); ++j) {
    env_.set(first + static_cast<Slot>(j), std::move(value.cells[j]));
  }
  return whole(id);
}

Place Lowering::follow(const Place& pointer, clang::SourceLocation where) {
  const Value held = read(pointer, where);
  if (held.cells.size() != 1 || !held.cells[0].place) {
    refuse("gs-unknown-memory", "this pointer or reference does not point to a known object",
           "let it point to a local variable or a parameter where it is declared", where);
  }
  return *held.cells[0].place;
}

Place Lowering::declared_place(const clang::DeclRefExpr* e) {
  const clang::ValueDecl* decl = e->getDecl();
  const clang::SourceLocation where = e->getExprLoc();
  if (const auto found = frame().bindings.find(decl); found != frame().bindings.end()) {
    const Place& bound = found->second;
    if (!bound.subscripts.empty()) {
      if (frame().stale.contains(decl)) refuse_stale(where);
      for (OpenLoop& loop : loops_) loop.references_read.insert(decl);
    }
    // A vector may have another length by now.
    const bool is_vector =
        bound.subscripts.empty() && sequence_of(e->getType()) == Sequence::Vector;
    return is_vector ? whole(bound.variable) : bound;
  }
  if (decl->getType().isVolatileQualified()) {
    refuse("gs-volatile", "volatile objects are not handled", "drop the volatile", where);
  }
  if (const auto* binding = llvm::dyn_cast<clang::BindingDecl>(decl)) {
    if (const clang::VarDecl* holding = binding->getHoldingVar()) {
      if (const auto found = frame().bindings.find(holding); found != frame().bindings.end()) {
        return found->second;
      }
    }
    return place(binding->getBinding());
  }
  if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(decl)) {
    return constant_place(variable, where);
  }
  if (llvm::isa<clang::FunctionDecl>(decl)) refuse_indirect(e);
  refuse("gs-unsupported-construct",
         fmt::format("'{}' cannot be used here", decl->getNameAsString()), "", where);
}

Place Lowering::member_place(const clang::MemberExpr* e) {
  const clang::ValueDecl* decl = e->getMemberDecl();
  if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(decl)) {
    return constant_place(variable, e->getExprLoc());
  }
  const auto* field = llvm::dyn_cast<clang::FieldDecl>(decl);
  if (!field) refuse_node(e);
  const Place object = e->isArrow() ? pointee(e->getBase()) : place(e->getBase());
  const Layout::Member* member = object.layout->member(field);
  GRADSMITH_CHECK(member, "no member '{}'", field->getNameAsString());
  const Place part = member_of(object, *member);
  return field->getType()->isReferenceType() ? follow(part, e->getExprLoc()) : part;
}

Place Lowering::element_place(const clang::ArraySubscriptExpr* e) {
  const Expr* base = strip(e->getBase());
  const auto* decay = llvm::dyn_cast<clang::ImplicitCastExpr>(base);
  if (decay && decay->getCastKind() == clang::CK_ArrayToPointerDecay) {
    const Place array = place(decay->getSubExpr());
    return element_of(array, subscript(e->getIdx()));
  }
  const Place start = pointee(base);
  return advance(start, subscript(e->getIdx()), e->getExprLoc());
}

Place Lowering::advance(Place from, NodeId by, clang::SourceLocation where) {
  if (g_.is_constant(by, 0)) return from;
  if (!from.array) {
    refuse("gs-unknown-memory", "this pointer moves away from a single object",
           "let it point into an array", where);
  }
  NodeId& last = from.subscripts.back();
  last = g_.is_constant(last, 0) ? by : simple(g_.apply(Op::Add, {last, by}));
  return from;
}

Place Lowering::temporary_place(const clang::MaterializeTemporaryExpr* e) {
  return keep(value(e->getSubExpr()), "");
}

Place Lowering::unary_place(const clang::UnaryOperator* e) {
  switch (e->getOpcode()) {
    case clang::UO_Deref:
      return pointee(e->getSubExpr());
    case clang::UO_PreInc:
    case clang::UO_PreDec:
      return increment(e, nullptr);
    default:
      refuse_node(e);
  }
}

Place Lowering::binary_place(const clang::BinaryOperator* e) {
  if (e->isAssignmentOp()) return assign(e);
  if (e->getOpcode() != clang::BO_Comma) refuse_node(e);
  discard(e->getLHS());
  return place(e->getRHS());
}

void Lowering::refuse_join(clang::SourceLocation where) const {
  refuse("gs-joined-places", "this may refer to one object or to another",
         "copy the values instead of taking a reference or pointer", where);
}

std::optional<Place> Lowering::joined(NodeId condition, const Place& a, const Place& b) {
  if (a == b) return a;
  if (a.variable != b.variable || a.first != b.first || a.layout != b.layout ||
      a.array != b.array || a.subscripts.size() != b.subscripts.size()) {
    return std::nullopt;
  }
  Place both = a;
  for (std::size_t i = 0; i < a.subscripts.size(); ++i) {
    both.subscripts[i] = g_.choose(condition, a.subscripts[i], b.subscripts[i]);
  }
  return both;
}

Place Lowering::conditional_place(const clang::ConditionalOperator* e) {
  const Value chosen = choose_value(
      e->getCond(), [&] { return Value{nullptr, {address_cell(place(e->getTrueExpr()))}}; },
      [&] { return Value{nullptr, {address_cell(place(e->getFalseExpr()))}}; }, e->getExprLoc());
  return *chosen.cells[0].place;
}

Place Lowering::conditional_pointer(const clang::ConditionalOperator* e) {
  const Value chosen = choose_value(
      e->getCond(), [&] { return Value{nullptr, {address_cell(pointee(e->getTrueExpr()))}}; },
      [&] { return Value{nullptr, {address_cell(pointee(e->getFalseExpr()))}}; }, e->getExprLoc());
  return *chosen.cells[0].place;
}

Place Lowering::base_place(Place derived, const clang::CastExpr* cast) {
  for (const clang::CXXBaseSpecifier* step : cast->path()) {
    const Layout::Member* base = derived.layout->base(record_of(step->getType()));
    GRADSMITH_CHECK(base, "no such base class");
    derived = member_of(derived, *base);
  }
  return derived;
}

Place Lowering::cast_place(const clang::CastExpr* e) {
  switch (e->getCastKind()) {
    case clang::CK_NoOp:
      return place(e->getSubExpr());
    case clang::CK_DerivedToBase:
    case clang::CK_UncheckedDerivedToBase:
      return base_place(place(e->getSubExpr()), e);
    default:
      refuse_node(e);
  }
}

Place Lowering::called_place(const clang::CallExpr* e) {
  const Value result = called(e);
  GRADSMITH_CHECK(result.cells.size() == 1, "a call gives no place");
  if (result.cells[0].place) return *result.cells[0].place;
  // std::min and the like: what the reference that they return refers to is only read.
  return keep(result, "");
}

Place Lowering::address_operator(const clang::UnaryOperator* e) {
  switch (e->getOpcode()) {
    case clang::UO_AddrOf:
      return place(e->getSubExpr());
    case clang::UO_PostInc:
    case clang::UO_PostDec: {
      const Place before = follow(place(e->getSubExpr()), e->getExprLoc());
      increment(e, nullptr);
      return before;
    }
    default:
      refuse_node(e);
  }
}

Place Lowering::pointer_arithmetic(const clang::BinaryOperator* e) {
  const clang::SourceLocation where = e->getOperatorLoc();
  if (e->getOpcode() == clang::BO_Comma) {
    discard(e->getLHS());
    return pointee(e->getRHS());
  }
  if (!e->isAdditiveOp()) refuse_node(e);
  const bool pointer_first = e->getLHS()->getType()->isPointerType();
  Place start;
  NodeId by = kNoNode;
  in_any_order(
      {e->getLHS(), e->getRHS()},
      [&](std::size_t i) {
        const Expr* operand = i == 0 ? e->getLHS() : e->getRHS();
        if ((i == 0) == pointer_first) {
          start = pointee(operand);
        } else {
          by = subscript(operand);
        }
      },
      where);
  if (e->getOpcode() == clang::BO_Sub) by = simple(g_.apply(Op::Neg, {by}));
  return advance(start, by, where);
}

Place Lowering::constructed_span(const clang::CXXConstructExpr* e) {
  if (is_iterator(record_of(e->getType())) && e->getNumArgs() == 1) {
    const Expr* from = e->getArg(0);
    return from->isGLValue() ? follow(place(from), e->getExprLoc()) : pointee(from);
  }
  if (sequence_of(e->getType()) == Sequence::Span && e->getNumArgs() == 1) {
    const Place from = place(e->getArg(0));
    if (from.layout->kind == Layout::Kind::Array) return from;
    if (sequence_of(e->getArg(0)->getType()) == Sequence::Span)
      return follow(from, e->getExprLoc());
  }
  refuse("gs-unknown-memory", "a span of a part of an array is not handled",
         "pass a pointer and a length", e->getExprLoc());
}

Place Lowering::braced_pointer(const clang::InitListExpr* e) {
  if (e->getNumInits() != 1) refuse_node(e);
  return pointee(e->getInit(0));
}

Place Lowering::pointer_cast(const clang::CastExpr* e) {
  switch (e->getCastKind()) {
    case clang::CK_LValueToRValue:
      return follow(place(e->getSubExpr()), e->getExprLoc());
    case clang::CK_NoOp:
    case clang::CK_ConstructorConversion:
    case clang::CK_UserDefinedConversion:
      return pointee(e->getSubExpr());
    case clang::CK_ArrayToPointerDecay:
      return element_of(place(e->getSubExpr()), g_.index(0));
    case clang::CK_DerivedToBase:
    case clang::CK_UncheckedDerivedToBase:
      return base_place(pointee(e->getSubExpr()), e);
    case clang::CK_NullToPointer:
      refuse("gs-unknown-memory", "a null pointer points to nothing",
             "let it point to a local variable or a parameter where it is declared",
             e->getExprLoc());
    default:
      refuse_node(e);
  }
}

Place Lowering::this_place(const clang::CXXThisExpr* e) {
  if (!frame().self) refuse_node(e);
  return *frame().self;
}

}  // namespace gradsmith::frontend
