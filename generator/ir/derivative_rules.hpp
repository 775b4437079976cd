#pragma once

// The derivative columns of ops.def, as functions on expressions.

#include <optional>

#include "ir/expr.hpp"

namespace gradsmith {

/// What one operand receives from the adjoint g of an operator's result. Where there is a guard, it
/// receives `value` only where the guard holds (`when`) or does not hold (`unless`), and nothing at
/// all elsewhere; the guard, unlike a product with 0, also keeps infinities away.
struct Contribution {
  std::optional<Expr> value;  ///< empty: this operand never receives anything
  std::optional<Expr> guard;
  bool polarity = true;
};

/// The pullback of operand `which` (0, 1, 2) of operator `op`: in terms of operands (x, y, z, as
/// many as there are; pass x for missing ones), the result r and the adjoint g.
Contribution pullback(Op op, int which, const Expr& x, const Expr& y, const Expr& z, const Expr& r,
                      const Expr& g);

/// The textbook tangent in terms of operands, result and the operands' tangents.
Expr tangent(Op op, const Expr& x, const Expr& y, const Expr& z, const Expr& r, const Expr& dx,
             const Expr& dy, const Expr& dz);

}  // namespace gradsmith
