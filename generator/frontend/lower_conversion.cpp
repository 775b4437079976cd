// Conversions, implicit and written: each kind is accepted by name or refused.

#include <fmt/format.h>

#include <cmath>

#include "frontend/lowering.hpp"
#include "ir/fold_constant.hpp"

namespace gradsmith::frontend {
namespace {

using clang::Expr;

bool accepted(clang::CastKind kind) {
  switch (kind) {
#define GRADSMITH_CAST(kind) case clang::CK_##kind:
#include "frontend/accepted_nodes.def"
    return true;
    default:
      return false;
  }
}

}  // namespace

NodeId Lowering::conversion(const clang::CastExpr* e) {
  const Expr* operand = e->getSubExpr();
  const clang::SourceLocation where = e->getExprLoc();
  if (!accepted(e->getCastKind())) refuse_node(e);
  switch (e->getCastKind()) {
    case clang::CK_LValueToRValue:
      return load(strip(operand), where);
    case clang::CK_NoOp:
    case clang::CK_ConstructorConversion:
    case clang::CK_UserDefinedConversion:
      return number(operand);
    case clang::CK_IntegralCast:
      if (const auto wrapped = signed_of_wrapped(e)) return *wrapped;
      [[fallthrough]];
    case clang::CK_IntegralToBoolean:
    case clang::CK_IntegralToFloating:
    case clang::CK_FloatingCast:
    case clang::CK_FloatingToIntegral:
    case clang::CK_FloatingToBoolean:
      return convert(number(operand), operand->getType(), e->getType(), where);
    default:
      refuse_node(e);
  }
}

/// `int last = v.size() - 1`: what is computed modulo 2^n and converted to a signed integer no
/// wider is the number itself, where that is in range; so unsigned arithmetic needs no proof here.
std::optional<NodeId> Lowering::signed_of_wrapped(const clang::CastExpr* e) {
  const Expr* operand = strip(e->getSubExpr());
  const clang::QualType from = operand->getType();
  const clang::QualType to = e->getType();
  const auto* sum = llvm::dyn_cast<clang::BinaryOperator>(operand);
  const bool wraps = sum && (sum->isAdditiveOp() || sum->getOpcode() == clang::BO_Mul) &&
                     from->isUnsignedIntegerOrEnumerationType() && to->isSignedIntegerType() &&
                     context_.getIntWidth(to) <= context_.getIntWidth(from);
  if (!wraps || may_write(operand)) return std::nullopt;
  if (!exact_range(operand).inside(range_of_type(to, context_))) return std::nullopt;
  return subscript(operand);
}

/// What sums and products would be if nothing wrapped around.
Interval Lowering::exact_range(const Expr* e) {
  e = strip(e);
  // What a negative number becomes as an unsigned one is not it.
  if (const auto* cast = llvm::dyn_cast<clang::CastExpr>(e);
      cast && cast->getCastKind() == clang::CK_IntegralCast) {
    return exact_range(cast->getSubExpr());
  }
  const auto* sum = llvm::dyn_cast<clang::BinaryOperator>(e);
  if (sum && (sum->isAdditiveOp() || sum->getOpcode() == clang::BO_Mul)) {
    const Interval a = exact_range(sum->getLHS());
    const Interval b = exact_range(sum->getRHS());
    if (sum->getOpcode() == clang::BO_Add) return a + b;
    return sum->getOpcode() == clang::BO_Sub ? a - b : a * b;
  }
  return meet(range_of(subscript(e)), range_of_type(e->getType(), context_));
}

const Expr* Lowering::strip_qualification(const Expr* e) const {
  e = strip(e);
  while (const auto* cast = llvm::dyn_cast<clang::ImplicitCastExpr>(e)) {
    if (cast->getCastKind() != clang::CK_NoOp || !e->isGLValue()) break;
    e = strip(cast->getSubExpr());
  }
  return e;
}

NodeId Lowering::load(const Expr* e, clang::SourceLocation where) {
  e = strip_qualification(e);
  spend(where);
  // The value of one of two lvalues needs no common place.
  if (const auto* choice = llvm::dyn_cast<clang::ConditionalOperator>(e)) {
    const Layout* layout = layout_of(e->getType(), where);
    const auto side = [&](const Expr* part) {
      return [=, this] { return Value{layout, {number_cell(load(part, where))}}; };
    };
    const Value chosen = choose_value(choice->getCond(), side(choice->getTrueExpr()),
                                      side(choice->getFalseExpr()), where);
    return note(chosen.cells[0].node, where);
  }
  const Place from = place(e);
  if (from.layout->kind != Layout::Kind::Number) refuse_node(e);
  return read_number(from, where);
}

Value Lowering::load_object(const Expr* e) {
  e = strip_qualification(e);
  const clang::SourceLocation where = e->getExprLoc();
  if (element_of(e->getType())) {
    return {layout_of(e->getType(), where), {number_cell(load(e, where))}};
  }
  if (const auto* choice = llvm::dyn_cast<clang::ConditionalOperator>(e)) {
    return choose_value(
        choice->getCond(), [&] { return load_object(choice->getTrueExpr()); },
        [&] { return load_object(choice->getFalseExpr()); }, where);
  }
  return read(place(e), where);
}

Value Lowering::object_conversion(const clang::CastExpr* e) {
  switch (e->getCastKind()) {
    case clang::CK_NoOp:
    case clang::CK_ConstructorConversion:
    case clang::CK_UserDefinedConversion:
    case clang::CK_LValueToRValue:
      return value(e->getSubExpr());
    default:
      refuse_node(e);
  }
}

std::optional<NodeId> Lowering::folded_constant(NodeId x) {
  if (g_.is_constant(x)) return x;
  if (g_.free(x) != 0) return std::nullopt;
  std::unordered_map<NodeId, NodeId> folded;
  for (NodeId id : reachable(g_, {{x}})) {
    const auto operands = g_.operands(id);
    std::vector<NodeId> constants(operands.begin(), operands.end());
    for (NodeId& o : constants) o = folded.at(o);
    const NodeId node = constants.empty() ? id : g_.with_operands(id, constants);
    const auto value = g_.is_constant(node) ? node : fold_constant(g_, node);
    if (!value || !g_.is_constant(*value)) return std::nullopt;
    folded[id] = *value;
  }
  return folded.at(x);
}

NodeId Lowering::convert(NodeId x, clang::QualType from, clang::QualType to,
                         clang::SourceLocation where) {
  const auto source = element_of(from);
  const auto target = element_of(to);
  if (!target || !source) layout_of(target ? from : to, where);  // refuses, with the reason
  if (*target == Element::Bool) {
    if (*source == Element::Bool) return x;
    return simple(g_.apply(Op::Ne, {x, g_.number(*source, 0)}));
  }
  if (*target == Element::Index) {
    if (*source == Element::Bool) return simple(g_.convert(Element::Index, x));
    if (*source == Element::Index) return fit_integer(x, from, to, where);
    const auto constant = folded_constant(x);
    if (constant && std::isfinite(g_.constant_value(*constant))) {
      if (const auto whole = fold_constant(g_, g_.convert(Element::Index, *constant))) {
        return fit_integer(*whole, to, to, where);
      }
    }
    refuse("gs-cast-to-int",
           "converting a floating number to an integer here would hide that it has a derivative",
           "use std::floor or std::trunc, or pass the integer as a parameter", where);
  }
  return simple(g_.convert(*target, x));
}

NodeId Lowering::condition(const Expr* e) {
  const NodeId x = number(e);
  if (g_.element(x) == Element::Bool) return x;
  return convert(x, e->getType(), context_.BoolTy, e->getExprLoc());
}

}  // namespace gradsmith::frontend
