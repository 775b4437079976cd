#pragma once

// Building nodes with C++ operators, for formulas and tests: `g * (1 - r * r)`. Nothing is
// simplified. A number takes the element kind of the expression that it stands beside.

#include "ir/graph.hpp"

namespace gradsmith {

struct Expr {
  Graph* graph = nullptr;
  NodeId id = kNoNode;
};

inline Expr constant_like(const Expr& like, double value) {
  return {like.graph, like.graph->number(like.graph->element(like.id), value)};
}

inline Expr apply(Op op, const Expr& x) { return {x.graph, x.graph->apply(op, {x.id})}; }
inline Expr apply(Op op, const Expr& x, const Expr& y) {
  return {x.graph, x.graph->apply(op, {x.id, y.id})};
}
inline Expr apply(Op op, const Expr& x, const Expr& y, const Expr& z) {
  return {x.graph, x.graph->apply(op, {x.id, y.id, z.id})};
}

inline Expr operator-(const Expr& x) { return apply(Op::Neg, x); }
inline Expr operator!(const Expr& x) { return apply(Op::Not, x); }

#define GRADSMITH_EXPR_BINARY(token, op)                                               \
  inline Expr operator token(const Expr& x, const Expr& y) { return apply(op, x, y); } \
  inline Expr operator token(const Expr& x, double y) {                                \
    return apply(op, x, constant_like(x, y));                                          \
  }                                                                                    \
  inline Expr operator token(double x, const Expr& y) { return apply(op, constant_like(y, x), y); }
GRADSMITH_EXPR_BINARY(+, Op::Add)
GRADSMITH_EXPR_BINARY(-, Op::Sub)
GRADSMITH_EXPR_BINARY(*, Op::Mul)
GRADSMITH_EXPR_BINARY(/, Op::Div)
GRADSMITH_EXPR_BINARY(<, Op::Lt)
GRADSMITH_EXPR_BINARY(<=, Op::Le)
GRADSMITH_EXPR_BINARY(>, Op::Gt)
GRADSMITH_EXPR_BINARY(>=, Op::Ge)
GRADSMITH_EXPR_BINARY(==, Op::Eq)
GRADSMITH_EXPR_BINARY(!=, Op::Ne)
#undef GRADSMITH_EXPR_BINARY
inline Expr operator&&(const Expr& x, const Expr& y) { return apply(Op::And, x, y); }
inline Expr operator||(const Expr& x, const Expr& y) { return apply(Op::Or, x, y); }

inline Expr exp(const Expr& x) { return apply(Op::Exp, x); }
inline Expr expm1(const Expr& x) { return apply(Op::Expm1, x); }
inline Expr log(const Expr& x) { return apply(Op::Log, x); }
inline Expr sqrt(const Expr& x) { return apply(Op::Sqrt, x); }
inline Expr sin(const Expr& x) { return apply(Op::Sin, x); }
inline Expr cos(const Expr& x) { return apply(Op::Cos, x); }
inline Expr sinh(const Expr& x) { return apply(Op::Sinh, x); }
inline Expr cosh(const Expr& x) { return apply(Op::Cosh, x); }
inline Expr tanh(const Expr& x) { return apply(Op::Tanh, x); }
inline Expr pow(const Expr& x, const Expr& y) { return apply(Op::Pow, x, y); }
inline Expr hypot(const Expr& x, const Expr& y) { return apply(Op::Hypot, x, y); }
inline Expr fma(const Expr& x, const Expr& y, const Expr& z) { return apply(Op::Fma, x, y, z); }
inline Expr fabs(const Expr& x) { return apply(Op::Fabs, x); }
inline Expr round(const Expr& x) { return apply(Op::Round, x); }
inline Expr copysign(double x, const Expr& y) {
  return apply(Op::Copysign, constant_like(y, x), y);
}
inline Expr polygamma(const Expr& order, const Expr& x) { return apply(Op::Polygamma, order, x); }
inline Expr polygamma(int order, const Expr& x) {
  return polygamma(Expr{x.graph, x.graph->index(order)}, x);
}

inline Expr choose(const Expr& condition, const Expr& a, const Expr& b) {
  return {a.graph, a.graph->choose(condition.id, a.id, b.id)};
}
inline Expr choose(const Expr& condition, double a, const Expr& b) {
  return choose(condition, constant_like(b, a), b);
}
inline Expr choose(const Expr& condition, const Expr& a, double b) {
  return choose(condition, a, constant_like(a, b));
}

}  // namespace gradsmith
