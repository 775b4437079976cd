// Calls of the standard library: the table of operators, and the few functions beside it.

#include <clang/AST/DeclTemplate.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "frontend/lowering.hpp"
#include "support/check.hpp"

namespace gradsmith::frontend {

using clang::Expr;
using Kind = KnownFunction::Kind;

Value Lowering::known_call(const KnownFunction& known, const clang::CallExpr* e) {
  if (const auto found = known_place(known, e)) {
    const bool to_vector = is_vector(e->getType());
    return {to_vector ? found->layout : layout_of(e->getType(), e->getExprLoc()),
            {address_cell(*found)}};
  }
  const clang::SourceLocation where = e->getExprLoc();
  switch (known.kind) {
    case Kind::Swap:
      swap(e);
      return {};
    case Kind::MakeTuple:
      return made_tuple(layout_of(e->getType(), where), {e->arg_begin(), e->arg_end()}, where);
    case Kind::AssignTuple:
      return assigned_tuple(e);
    case Kind::Resize:
      resize(llvm::cast<clang::CXXMemberCallExpr>(e));
      return {};
    case Kind::Refill:
      refill(llvm::cast<clang::CXXMemberCallExpr>(e));
      return {};
    case Kind::PushBack:
      refuse("gs-allocation", "a vector grows here element by element",
             "make it with its length, `std::vector<double> v(n)`, and set `v[i]`", where);
    case Kind::Reserve:
      return {};
    case Kind::Accumulate:
    case Kind::InnerProduct:
      return {layout_of(e->getType(), where), {number_cell(accumulated(known.kind, e))}};
    case Kind::FillRange:
    case Kind::FillCount:
    case Kind::Copy:
    case Kind::Transform:
    case Kind::Iota:
    case Kind::PartialSum:
      return filled_range(known.kind, e);
    case Kind::ForEach:
      return for_each(e);
    case Kind::Fill: {
      const auto* member = llvm::cast<clang::CXXMemberCallExpr>(e);
      const Place array = place(member->getImplicitObjectArgument());
      if (array.layout->length != kNoNode) break;
      const std::vector<Value> elements(static_cast<std::size_t>(array.layout->extent),
                                        value(e->getArg(0)));
      write(array, array_value(array.layout, elements), where);
      assigned(array, where);
      return {};
    }
    default:
      break;
  }
  const clang::QualType type = e->getType().getNonReferenceType();
  const Layout* layout = layout_of(type, where);
  if (layout->kind != Layout::Kind::Number) {
    refuse("gs-unknown-function",
           fmt::format("'{}' is not handled for this type",
                       e->getDirectCallee()->getQualifiedNameAsString()),
           "", where);
  }
  return {layout, {number_cell(note(simple(known_number(known, e)), where))}};
}

void Lowering::swap(const clang::CallExpr* e) {
  const clang::SourceLocation where = e->getExprLoc();
  const auto* member = llvm::dyn_cast<clang::CXXMemberCallExpr>(e);
  const Place a = place(member ? member->getImplicitObjectArgument() : e->getArg(0));
  const Place b = place(e->getArg(member ? 0 : 1));
  const Value held = read(a, where);
  for (const Place& vector : {a, b}) {
    if (vector.layout->length != kNoNode) elements_leave(vector, where);
  }
  const auto set = [&](const Place& to, const Value& value) {
    if (to.layout->length != kNoNode) return assign_vector(to, value, where);
    write(to, value, where);
    assigned(to, where);
  };
  set(a, read(b, where));
  set(b, held);
}

Place Lowering::element_at(const clang::CallExpr* e) {
  const auto* member = llvm::dyn_cast<clang::CXXMemberCallExpr>(e);
  return pointee(member ? member->getImplicitObjectArgument() : e->getArg(0));
}

Place Lowering::array_of_call(const clang::CallExpr* e) {
  const auto* member = llvm::dyn_cast<clang::CXXMemberCallExpr>(e);
  const Expr* x = member ? member->getImplicitObjectArgument() : e->getArg(0);
  const Place found = x->getType()->isPointerType() ? pointee(x) : place(x);
  // A span refers to its array.
  const bool refers = found.layout->kind == Layout::Kind::Address;
  const Place array = refers ? follow(found, e->getExprLoc()) : found;
  if (array.layout->kind != Layout::Kind::Array) {
    refuse("gs-unknown-function",
           fmt::format("'{}' is known for arrays, spans and vectors only",
                       e->getDirectCallee()->getQualifiedNameAsString()),
           "", e->getExprLoc());
  }
  return array;
}

NodeId Lowering::subscript_inside(const clang::CXXMemberCallExpr* at, const Layout* array) {
  const NodeId index = subscript(at->getArg(0));
  const NodeId length = extent_of(array);
  const Interval range = range_of(index);
  bool below = g_.is_constant(length) && range.high < g_.index_value(length);
  for (std::size_t k = 0; k < loops_.size() && !below; ++k) {
    const NodeId end = loops_[k].before;
    if (end == kNoNode || index != g_.bound(static_cast<int>(k) + 1, 0, g_[index].type)) continue;
    // Of several bounds each is one.
    const auto bounds = g_.operands(end);
    below = end == length ||
            (g_.op(end) == Op::Min && std::ranges::find(bounds, length) != bounds.end());
  }
  if (below && range.low >= 0) return index;
  refuse("gs-out-of-range", "this element may lie outside, where `at` throws",
         "use `[]`, or go through the elements by a loop up to `size()`", at->getExprLoc());
}

std::optional<Place> Lowering::known_place(const KnownFunction& known, const clang::CallExpr* e) {
  const clang::SourceLocation where = e->getExprLoc();
  const auto object = [&] { return array_of_call(e); };
  switch (known.kind) {
    case Kind::PassOn:
      return place(e->getArg(0));
    case Kind::Begin:
      return element_of(object(), g_.index(0));
    case Kind::End: {
      const Place array = object();
      return element_of(array, extent_of(array.layout));
    }
    case Kind::Dereference:
      return element_at(e);
    case Kind::Advance:
      return advance(element_at(e), subscript(e->getArg(1)), where);
    case Kind::Retreat:
      return advance(element_at(e), simple(g_.apply(Op::Neg, {subscript(e->getArg(1))})), where);
    case Kind::MaxElement:
    case Kind::MinElement:
      return extreme_element(known.kind == Kind::MaxElement, e);
    case Kind::Assign: {
      const auto from = moved_from(e->getArg(1));
      const Value right =
          from ? taken(*from, e->getType().getNonReferenceType(), where) : value(e->getArg(1));
      const Place left = place(e->getArg(0));
      if (from) elements_leave(left, where);
      assign_vector(left, right, where);
      return whole(left.variable);
    }
    case Kind::At: {
      const Place array = object();
      return element_of(array,
                        subscript_inside(llvm::cast<clang::CXXMemberCallExpr>(e), array.layout));
    }
    case Kind::Subscript: {
      if (is_iterator(record_of(e->getArg(0)->getType()))) {
        return advance(element_at(e), subscript(e->getArg(1)), where);
      }
      const bool by_operator = llvm::isa<clang::CXXOperatorCallExpr>(e);
      const Place array = object();
      return element_of(array, subscript(e->getArg(by_operator ? 1 : 0)));
    }
    case Kind::Front:
    case Kind::Data:
      return element_of(object(), g_.index(0));
    case Kind::Back: {
      const Place array = object();
      return element_of(array, simple(g_.apply(Op::Sub, {extent_of(array.layout), g_.index(1)})));
    }
    case Kind::Get:
      return member_of_tuple(e);
    default:
      return std::nullopt;
  }
}

std::vector<NodeId> Lowering::numbers(const clang::CallExpr* e,
                                      std::optional<clang::QualType> common) {
  std::vector<const Expr*> arguments(e->arg_begin(), e->arg_end());
  std::vector<NodeId> values(arguments.size());
  in_any_order(
      arguments,
      [&](std::size_t i) {
        const clang::QualType type = arguments[i]->getType();
        values[i] = number(arguments[i]);
        if (common) values[i] = convert(values[i], type, *common, arguments[i]->getExprLoc());
      },
      e->getExprLoc());
  return values;
}

NodeId Lowering::known_number(const KnownFunction& known, const clang::CallExpr* e) {
  const clang::SourceLocation where = e->getExprLoc();
  const auto zero_like = [&](NodeId x) { return g_.number(g_.element(x), 0); };
  switch (known.kind) {
    case Kind::Operator:
      return operator_call(known.op, e);
    case Kind::OfList:
      return extreme_of_list(known.op, e);
    case Kind::Distance: {
      // `std::distance(from, to)`, or `to - from`.
      if (e->getNumArgs() != 2) break;
      const bool by_operator = llvm::isa<clang::CXXOperatorCallExpr>(e);
      const Place from = pointee(e->getArg(by_operator ? 1 : 0));
      return distance(from, pointee(e->getArg(by_operator ? 0 : 1)), where);
    }
    case Kind::Abs: {
      const NodeId x = numbers(e, e->getType())[0];
      if (is_floating(g_.element(x))) return g_.apply(Op::Fabs, {x});
      const NodeId negative = simple(g_.apply(Op::Lt, {x, zero_like(x)}));
      if (g_.is_constant(negative)) {
        return g_.index_value(negative) != 0 ? negate_integer(x, e->getType(), where) : x;
      }
      return g_.choose(negative, g_.apply(Op::Neg, {x}), x);
    }
    case Kind::Clamp: {
      if (e->getNumArgs() != 3) break;
      const std::vector<NodeId> x = numbers(e, std::nullopt);
      return g_.choose(g_.apply(Op::Lt, {x[0], x[1]}), x[1],
                       g_.choose(g_.apply(Op::Lt, {x[2], x[0]}), x[2], x[0]));
    }
    case Kind::IsNan:
    case Kind::IsInf:
    case Kind::IsFinite:
    case Kind::SignBit: {
      const NodeId x = numbers(e, std::nullopt)[0];
      if (!is_floating(g_.element(x))) break;
      if (known.kind == Kind::IsNan) return g_.apply(Op::Ne, {x, x});
      if (known.kind == Kind::SignBit) {
        const NodeId one = g_.number(g_.element(x), 1);
        return g_.apply(Op::Lt, {g_.apply(Op::Copysign, {one, x}), zero_like(x)});
      }
      const NodeId infinite = g_.constant(std::numeric_limits<double>::infinity(), g_.element(x));
      return g_.apply(known.kind == Kind::IsInf ? Op::Eq : Op::Lt,
                      {g_.apply(Op::Fabs, {x}), infinite});
    }
    case Kind::Size:
      return extent_of(array_of_call(e).layout);
    case Kind::Empty:
      return simple(g_.apply(Op::Eq, {extent_of(array_of_call(e).layout), g_.index(0)}));
    default:
      return constant_call(e, known);
  }
  refuse("gs-unknown-function",
         fmt::format("'{}' is not handled with these arguments",
                     e->getDirectCallee()->getQualifiedNameAsString()),
         "use floating arguments", where);
}

NodeId Lowering::operator_call(Op op, const clang::CallExpr* e) {
  // As <cmath> overloads: the result's type is the common type of the arguments.
  const clang::QualType type = e->getType().getNonReferenceType();
  const std::vector<NodeId> x = numbers(e, type);
  const OpRow& row = op_row(op);
  if (!is_floating(g_.element(x[0])) && row.signature != Signature::Arith) {
    refuse("gs-unknown-function", fmt::format("'{}' of integers is not handled", row.spelling),
           "use floating arguments", e->getExprLoc());
  }
  return g_.apply(op, x);
}

NodeId Lowering::extreme_of_list(Op op, const clang::CallExpr* e) {
  const Expr* list = strip(e->getArg(0));
  if (const auto* copy = llvm::dyn_cast<clang::CXXConstructExpr>(list);
      copy && copy->getNumArgs() == 1) {
    list = strip(copy->getArg(0));  // before C++17
  }
  if (const auto* temporary = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(list)) {
    list = strip(temporary->getSubExpr());
  }
  const auto* braces = llvm::dyn_cast<clang::CXXStdInitializerListExpr>(list);
  const Expr* elements = braces ? strip(braces->getSubExpr()) : list;
  if (const auto* temporary = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(elements)) {
    elements = strip(temporary->getSubExpr());
  }
  const auto* listed = llvm::dyn_cast<clang::InitListExpr>(elements);
  if (!listed || listed->getNumInits() == 0) {
    refuse("gs-unknown-function", "the elements of this list are not visible here",
           "list them in braces", e->getExprLoc());
  }
  // The first one wins ties, as with two arguments.
  NodeId extreme = number(listed->getInit(0));
  for (unsigned i = 1; i < listed->getNumInits(); ++i) {
    extreme = note(simple(g_.apply(op, {extreme, number(listed->getInit(i))})), e->getExprLoc());
  }
  return extreme;
}

NodeId Lowering::constant_call(const clang::CallExpr* e, const KnownFunction& known) {
  Expr::EvalResult result;
  const clang::SourceLocation where = e->getExprLoc();
  if (known.kind == Kind::Constant && llvm::isa<clang::CXXMemberCallExpr>(e)) {
    // std::array's size, which does not depend on the object.
    const auto* member = llvm::cast<clang::CXXMemberCallExpr>(e);
    const Layout* array =
        layout_of(member->getImplicitObjectArgument()->getType().getCanonicalType(), where);
    if (array->kind == Layout::Kind::Array) {
      const bool empty = e->getType()->isBooleanType();
      return empty ? g_.boolean(false) : g_.index(array->extent);
    }
  }
  if (!e->EvaluateAsRValue(result, context_) || result.HasSideEffects) {
    refuse("gs-unknown-function",
           fmt::format("'{}' is not among the library functions that gradsmith knows",
                       e->getDirectCallee()->getQualifiedNameAsString()),
           "docs/spec_language.md lists them; write this one out as a function of your own", where);
  }
  return constant_value(result.Val, layout_of(e->getType(), where), where).cells[0].node;
}

}  // namespace gradsmith::frontend
