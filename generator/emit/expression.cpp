#include "emit/expression.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace gradsmith {
namespace {

/// Whether e is a negation or a negative literal, or a product or quotient that begins with one:
/// its opposite has no sign, and the same bits otherwise.
bool begins_with_sign(const Expression& e) {
  if (e.is_apply(Op::Neg)) return true;
  if ((e.is_apply(Op::Mul) || e.is_apply(Op::Div)) && is_floating(e.element)) {
    return begins_with_sign(e.operands[0]);
  }
  if (e.kind != Expression::Kind::Literal) return false;
  if (is_floating(e.element)) return std::signbit(e.value) && !std::isnan(e.value);
  return e.integer < 0 && e.integer != std::numeric_limits<std::int64_t>::min();
}

/// The opposite of what begins with a sign.
Expression without_sign(Expression e) {
  if (e.is_apply(Op::Neg)) {
    Expression inner = std::move(e.operands[0]);
    return inner;
  }
  if (e.is_apply(Op::Mul) || e.is_apply(Op::Div)) {
    e.operands[0] = without_sign(std::move(e.operands[0]));
    return e;
  }
  e.value = -e.value;
  e.integer = -e.integer;
  return e;
}

Expression plain_apply(Op op, std::vector<Expression> operands) {
  Expression e;
  e.kind = Expression::Kind::Apply;
  e.op = op;
  const Signature signature = op_row(op).signature;
  e.element = signature == Signature::Compare ? Element::Bool : operands.back().element;
  e.operands = std::move(operands);
  return e;
}

}  // namespace

Expression literal(Element element, double value) {
  Expression e;
  e.element = element;
  e.value = value;
  return e;
}

Expression literal(Element element, std::int64_t value) {
  Expression e;
  e.element = element;
  e.integer = value;
  return e;
}

Expression name(Element element, std::string name) {
  Expression e;
  e.kind = Expression::Kind::Name;
  e.element = element;
  e.place.root = std::move(name);
  return e;
}

Expression read(Element element, Place place, std::vector<Expression> subscripts) {
  Expression e;
  e.kind = Expression::Kind::Read;
  e.element = element;
  e.place = std::move(place);
  e.operands = std::move(subscripts);
  return e;
}

Expression convert(Element element, Expression x) {
  Expression e;
  e.kind = Expression::Kind::Convert;
  e.element = element;
  e.operands.push_back(std::move(x));
  return e;
}

Expression convert(std::string integer_type, Expression x) {
  Expression e = convert(Element::Index, std::move(x));
  e.place.root = std::move(integer_type);
  return e;
}

Expression lanes_call(Element element, std::string function, std::vector<Expression> operands) {
  Expression e;
  e.kind = Expression::Kind::Lanes;
  e.element = element;
  e.place.root = std::move(function);
  e.operands = std::move(operands);
  return e;
}

Expression address(Expression read) {
  Expression e;
  e.kind = Expression::Kind::Address;
  e.element = read.element;
  e.operands.push_back(std::move(read));
  return e;
}

Expression choose(Expression condition, Expression a, Expression b) {
  Expression e;
  e.kind = Expression::Kind::Choose;
  e.element = a.element;
  e.operands.push_back(std::move(condition));
  e.operands.push_back(std::move(a));
  e.operands.push_back(std::move(b));
  return e;
}

Expression apply(Op op, std::vector<Expression> operands) {
  if (op == Op::Add || op == Op::Sub) {
    Expression& x = operands[0];
    Expression& y = operands[1];
    if (begins_with_sign(y)) {
      y = without_sign(std::move(y));
      return plain_apply(op == Op::Add ? Op::Sub : Op::Add, std::move(operands));
    }
    if (op == Op::Add && begins_with_sign(x)) {
      std::swap(x, y);
      y = without_sign(std::move(y));
      return plain_apply(Op::Sub, std::move(operands));
    }
  }
  return plain_apply(op, std::move(operands));
}

bool mentions(const Expression& e, const std::string& root) {
  if (e.kind != Expression::Kind::Convert && e.place.root == root) return true;
  return std::any_of(e.operands.begin(), e.operands.end(),
                     [&](const Expression& o) { return mentions(o, root); });
}

}  // namespace gradsmith
