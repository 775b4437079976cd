// Integers: Clang's arithmetic in 64 signed bits, refused where C++ would wrap.

#include <fmt/format.h>

#include <limits>

#include "frontend/lowering.hpp"
#include "ir/fold_constant.hpp"

namespace gradsmith::frontend {
namespace {

constexpr int kDeepestRange = 16;
constexpr int kRangeBudget = 200;

}  // namespace

Interval Lowering::range_of(NodeId node) const {
  int budget = kRangeBudget;
  return range_of(node, 0, budget);
}

Interval Lowering::range_of(NodeId node, int depth, int& budget) const {
  if (depth > kDeepestRange || --budget < 0) return {};
  const auto part = [&](std::size_t i) { return range_of(g_.operand(node, i), depth + 1, budget); };
  switch (g_.op(node)) {
    case Op::Input:
    case Op::At: {
      NodeId whole = node;
      while (g_.op(whole) == Op::At) whole = g_.operand(whole, 0);
      const auto found = input_ranges_.find(whole);
      return found == input_ranges_.end() ? Interval{} : found->second;
    }
    case Op::Constant:
      return {g_.index_value(node), g_.index_value(node)};
    case Op::Bound: {
      const auto level = static_cast<std::size_t>(g_[node].level);
      return g_.slot(node) == 0 && level <= loops_.size() ? loops_[level - 1].index : Interval{};
    }
    case Op::Convert:
      return g_.element(g_.operand(node, 0)) == Element::Bool ? Interval{0, 1} : Interval{};
    case Op::Add:
      return part(0) + part(1);
    case Op::Sub:
      return part(0) - part(1);
    case Op::Mul:
      return part(0) * part(1);
    case Op::Neg:
      return Interval{0, 0} - part(0);
    case Op::Quotient:
      return quotient(part(0), part(1));
    case Op::Remainder:
      return remainder(part(0), part(1));
    case Op::If:
      return hull(part(1), part(2));
    case Op::Min: {
      const Interval a = part(0), b = part(1);
      return {std::min(a.low, b.low), std::min(a.high, b.high)};
    }
    case Op::Max: {
      const Interval a = part(0), b = part(1);
      return {std::max(a.low, b.low), std::max(a.high, b.high)};
    }
    default: {
      const auto found = input_ranges_.find(node);
      return found == input_ranges_.end() ? Interval{} : found->second;
    }
  }
}

NodeId Lowering::integer(clang::BinaryOperatorKind kind, NodeId a, NodeId b, clang::QualType type,
                         clang::SourceLocation where) {
  const Interval limits = range_of_type(type, context_);
  const Interval x = meet(range_of(a), limits);
  const Interval y = meet(range_of(b), limits);
  Op op = Op::Add;
  Interval result;
  switch (kind) {
    case clang::BO_Add:
      result = x + y;
      break;
    case clang::BO_Sub:
      op = Op::Sub;
      result = x - y;
      break;
    case clang::BO_Mul:
      op = Op::Mul;
      result = x * y;
      break;
    case clang::BO_Div:
    case clang::BO_Rem:
      if (g_.is_constant(b) && g_.index_value(b) == 0) {
        refuse("gs-division-by-zero", "an integer is divided by zero", "", where);
      }
      op = kind == clang::BO_Div ? Op::Quotient : Op::Remainder;
      result = kind == clang::BO_Div ? quotient(x, y) : remainder(x, y);
      break;
    default:
      return bits(kind, a, b, type, where);
  }
  const NodeId node = g_.apply(op, {a, b});
  if (g_.is_constant(a) && g_.is_constant(b)) {
    // Unsigned constants wrap as C++ says.
    const auto folded = fold_constant(g_, node);
    if (folded && Interval{g_.index_value(*folded), g_.index_value(*folded)}.inside(limits)) {
      return *folded;
    }
    if (type->isUnsignedIntegerOrEnumerationType() && folded) {
      return fit_integer(*folded, type, type, where);
    }
    refuse("gs-integer-overflow", "this integer overflows", "use a wider type", where);
  }
  const bool is_unsigned = type->isUnsignedIntegerOrEnumerationType();
  const bool wide = context_.getIntWidth(type) >= 64;
  // The end of an interval may stand for all that is beyond.
  const bool fits = result.inside(limits) && !(wide && result.high == limits.high);
  // Counting in steps of 32 bits never reaches the end of 64.
  const bool counts = wide && kind == clang::BO_Add && (is_small(a) || is_small(b));
  if (is_unsigned && !fits && !counts && op != Op::Quotient && op != Op::Remainder) {
    refuse("gs-unsigned-arithmetic",
           fmt::format("this '{}' arithmetic may wrap around, and derivatives are generated with "
                       "signed integers",
                       shown(type)),
           "use int or long", where);
  }
  for (NodeId operand : {a, b}) note_constant_width(operand);
  note_width(node, type);
  return node;
}

bool Lowering::is_small(NodeId node) const {
  return range_of(node).inside({0, std::numeric_limits<std::uint32_t>::max()});
}

void Lowering::note_constant_width(NodeId node) {
  if (!g_.is_constant(node) || g_.element(node) != Element::Index) return;
  if (!range_of(node).inside(range_of_type(context_.IntTy, context_))) f_.wide_integers = true;
}

void Lowering::note_width(NodeId node, clang::QualType type) {
  if (g_.element(node) != Element::Index || g_.is_constant(node)) return;
  const Interval in_int = range_of_type(context_.IntTy, context_);
  const Interval all = range_of_type(type, context_);
  if (!all.inside(in_int) && !meet(range_of(node), all).inside(in_int)) f_.wide_integers = true;
}

NodeId Lowering::bits(clang::BinaryOperatorKind kind, NodeId a, NodeId b, clang::QualType type,
                      clang::SourceLocation where) {
  if (kind == clang::BO_And && g_.is_constant(a) && !g_.is_constant(b)) std::swap(a, b);
  const Interval x = meet(range_of(a), range_of_type(type, context_));
  const bool known = g_.is_constant(b) && g_.index_value(b) >= 0;
  const std::int64_t count = g_.is_constant(b) ? g_.index_value(b) : 0;
  // Powers of two that the operand's own type holds.
  const auto width = static_cast<int>(context_.getIntWidth(type));
  const bool is_signed = type->isSignedIntegerOrEnumerationType();
  const int most = width >= 64 ? 61 : is_signed ? 30 : 31;
  const bool shifts = known && count <= most;
  const bool masks = known && ((count + 1) & count) == 0 && count < std::int64_t{1} << most;
  if (masks && kind == clang::BO_And && !g_.is_constant(a)) {
    note_constant_width(b);
    return low_bits(a, count + 1, x.low >= 0);
  }
  if (shifts && kind == clang::BO_Shl) {
    return integer(clang::BO_Mul, a, g_.index(std::int64_t{1} << count), type, where);
  }
  if (known && count == width - 1 && is_signed && kind == clang::BO_Shr && !g_.is_constant(a)) {
    const NodeId negative = simple(g_.apply(Op::Lt, {a, g_.index(0)}));
    return simple(g_.apply(Op::Neg, {simple(g_.convert(Element::Index, negative))}));
  }
  if (shifts && kind == clang::BO_Shr && !g_.is_constant(a)) {
    // C++ rounds quotients to zero, and shifts down.
    const NodeId power = g_.index(std::int64_t{1} << count);
    note_constant_width(power);
    const NodeId low =
        x.low >= 0 ? a : g_.apply(Op::Sub, {a, low_bits(a, std::int64_t{1} << count, false)});
    return simple(g_.apply(Op::Quotient, {low, power}));
  }
  // `found |= x > 3`: conditions that C++ counts as 0 and 1.
  const auto truth = [&](NodeId n) -> std::optional<NodeId> {
    if (g_.is_constant(n, 0) || g_.is_constant(n, 1)) return g_.boolean(g_.is_constant(n, 1));
    const bool counted_truth =
        g_.op(n) == Op::Convert && g_.element(g_.operand(n, 0)) == Element::Bool;
    return counted_truth ? std::optional(g_.operand(n, 0)) : std::nullopt;
  };
  const bool combines = kind == clang::BO_And || kind == clang::BO_Or || kind == clang::BO_Xor;
  if (const auto p = truth(a), q = truth(b); combines && p && q) {
    const Op op = kind == clang::BO_And ? Op::And : kind == clang::BO_Or ? Op::Or : Op::Ne;
    return simple(g_.convert(Element::Index, simple(g_.apply(op, {*p, *q}))));
  }
  if (g_.is_constant(a) && g_.is_constant(b)) {
    const std::int64_t p = g_.index_value(a);
    if (kind == clang::BO_And) return g_.index(p & count);
    if (kind == clang::BO_Or) return g_.index(p | count);
    if (kind == clang::BO_Xor) return g_.index(p ^ count);
    if (kind == clang::BO_Shr && count >= 0 && count < 63) return g_.index(p >> count);
  }
  refuse("gs-bitwise", "this operator on bits is not handled",
         "use arithmetic, and && and || on conditions", where);
}

NodeId Lowering::low_bits(NodeId a, std::int64_t power, bool not_negative) {
  const NodeId n = g_.index(power);
  const NodeId rest = simple(g_.apply(Op::Remainder, {a, n}));
  if (not_negative) return rest;
  return simple(g_.apply(Op::Remainder, {g_.apply(Op::Add, {rest, n}), n}));
}

NodeId Lowering::negate_integer(NodeId x, clang::QualType type, clang::SourceLocation where) {
  if (type->isUnsignedIntegerOrEnumerationType()) {
    return integer(clang::BO_Sub, g_.index(0), x, type, where);
  }
  const NodeId node = simple(g_.apply(Op::Neg, {x}));
  return g_.is_constant(node) ? fit_integer(node, type, type, where) : node;
}

NodeId Lowering::fit_integer(NodeId x, clang::QualType from, clang::QualType to,
                             clang::SourceLocation where) {
  const Interval limits = range_of_type(to, context_);
  const unsigned width = context_.getIntWidth(to);
  if (g_.is_constant(x)) {
    std::int64_t value = g_.index_value(x);
    if (width < 64) {
      const auto mask = (std::uint64_t{1} << width) - 1;
      value = static_cast<std::int64_t>(static_cast<std::uint64_t>(value) & mask);
      if (value > limits.high) value -= std::int64_t{1} << width;
    } else if (value < limits.low) {
      refuse("gs-integer-overflow", "this unsigned integer exceeds 63 bits", "use a smaller one",
             where);
    }
    return g_.index(value);
  }
  const Interval range = meet(range_of(x), range_of_type(from, context_));
  const bool huge = from->isUnsignedIntegerOrEnumerationType() &&
                    context_.getIntWidth(from) >= 64 && range.high == Interval{}.high;
  const bool stays_huge = to->isUnsignedIntegerOrEnumerationType() && width >= 64;
  if (range.inside(limits) && (!huge || stays_huge)) return x;
  refuse("gs-narrowing", fmt::format("this integer may not fit into '{}'", shown(to)),
         "use one integer type throughout", where);
}

NodeId Lowering::subscript(const clang::Expr* e) {
  // What is computed modulo 2^n for a subscript is the number itself wherever the subscript is in
  // range, so unsigned subtraction needs no proof here.
  e = strip(e);
  const clang::SourceLocation where = e->getExprLoc();
  const clang::QualType type = e->getType();
  const auto with_width = [&](NodeId node) {
    note_width(node, type);
    return node;
  };
  if (const auto* cast = llvm::dyn_cast<clang::CastExpr>(e);
      cast && cast->getCastKind() == clang::CK_IntegralCast && context_.getIntWidth(type) >= 32 &&
      !cast->getSubExpr()->getType()->isBooleanType() &&
      context_.getIntWidth(cast->getSubExpr()->getType()) <= context_.getIntWidth(type)) {
    return subscript(cast->getSubExpr());  // no larger than its own type holds
  }
  if (const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(e);
      binary && !may_write(binary) && type->isIntegerType() &&
      (binary->isAdditiveOp() || binary->getOpcode() == clang::BO_Mul) &&
      !binary->getLHS()->getType()->isPointerType()) {
    const NodeId a = subscript(binary->getLHS());
    const NodeId b = subscript(binary->getRHS());
    const Op op = binary->getOpcode() == clang::BO_Add   ? Op::Add
                  : binary->getOpcode() == clang::BO_Sub ? Op::Sub
                                                         : Op::Mul;
    return note(with_width(simple(g_.apply(op, {a, b}))), where);
  }
  const NodeId x = number(e);
  if (g_.element(x) == Element::Bool) return simple(g_.convert(Element::Index, x));
  return x;
}

}  // namespace gradsmith::frontend
