#pragma once

// The kinds of node: the scalar operators of ops.def, and the nodes that carry structure.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace gradsmith {

/// What a node is. The operand layouts of the structural kinds stand beside them; "range" is three
/// Index operands begin, end, step: i = begin, begin + step, ... while i < end (step > 0) or
/// i > end (step < 0).
enum class Op : std::uint8_t {
  Constant,   ///< a number; no operands
  Input,      ///< a leaf of a parameter, or a cut local; no operands
  Bound,      ///< slot 0: the index of the loop of a level; slot k >= 1: its (k-1)-th state
  Convert,    ///< [x] to the node's scalar type, as static_cast does
  If,         ///< [condition, a, b], lazy: the other side never runs
  At,         ///< [array, e...]: an element, or a sub-array where there are fewer e than extents
  OneHot,     ///< [e..., v]: zero but v at e; v may be an array
  Pack,       ///< [elements...], row-major: an array of constant extents, element by element
  Map,        ///< [n, v]: array a[i] = v(i) for 0 <= i < n; v may be an array
  Write,      ///< [range, base, v, e...]: base with [e(i)] := v(i); all v see base
  Reduce,     ///< [range, init, v]: left fold by the reducing operator, in the range's order
  ArgReduce,  ///< [range, init, v]: the index that won, -1 if init did
  Fold,       ///< [range, inits..., nexts...]: k states carried together; its type is Tuple
  Final,      ///< [fold]: the slot-th state (from 0) after the last trip
  Trace,      ///< [fold, v]: array over trips of the body node v as it was in that trip
#define GRADSMITH_OP(enumerator, ...) enumerator,
#include "ir/ops.def"
#undef GRADSMITH_OP
};

/// Which types an operator takes and gives; see ops.def.
enum class Signature : std::uint8_t { Real, Arith, Integer, Compare, Logic, OrderReal };

/// One row of ops.def, without its formulas.
struct OpRow {
  Op op;
  std::string_view name;  ///< the enumerator
  int operands;
  Signature signature;
  std::string_view spelling;  ///< in specs, in the project's own syntax and in output
  int precedence;             ///< as in C++; 8 for calls
  int cost;                   ///< calls 20, division and square root 5, else 1
};

inline constexpr int kCallPrecedence = 8;

/// All rows, in the table's order.
std::span<const OpRow> op_rows();

/// Whether `op` has a row in ops.def (and is not structural).
constexpr bool is_operator(Op op) { return op > Op::Trace; }

/// Whether nodes of this kind bind a level: Map, Write, Reduce, ArgReduce, Fold, Trace.
constexpr bool is_binder(Op op) {
  return op == Op::Map || op == Op::Write || op == Op::Reduce || op == Op::ArgReduce ||
         op == Op::Fold || op == Op::Trace;
}

/// The row of an operator.
const OpRow& op_row(Op op);

/// The enumerator's spelling, of structural kinds too.
std::string_view op_name(Op op);

/// The kind with that enumerator's spelling.
std::optional<Op> op_named(std::string_view name);

/// Whether an operator is written as a call (`exp(x)`) and not as a token (`x + y`).
inline bool is_call(Op op) { return op_row(op).precedence == kCallPrecedence; }

/// The numeric value of a floating operator in T (float, double or long double); comparisons and
/// logic give 0 or 1. Missing operands are ignored.
template <class T>
T op_value(Op op, T x, T y = T(0), T z = T(0));

/// Derivative of order `order` >= 0 of the digamma function at x (order 0 is digamma itself).
/// Poles give NaN. Source: Abramowitz and Stegun 6.4.
template <class T>
T polygamma_value(T order, T x);

}  // namespace gradsmith
