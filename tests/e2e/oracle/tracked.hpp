#pragma once

// The scalar under which a spec is compiled as its own oracle, in place of double or float. It
// carries `v`, computed exactly as the spec computes it, which takes every decision (branches,
// kinks, rounding to integers), and `p`, the mathematics: a Num, a Dual or a nested Dual.

#include <type_traits>

#include "oracle/dual.hpp"

namespace oracle {

template <class S, class D>
struct Tracked;

template <class A>
struct Traits {
  static constexpr bool tracked = false;
};
template <class S, class D>
struct Traits<Tracked<S, D>> {
  static constexpr bool tracked = true;
  using Scalar = S;
  using Derivative = D;
};

template <class A>
concept Number = Traits<A>::tracked;
template <class A, class B>
concept Mixed =
    (Number<A> && (Number<B> || std::is_arithmetic_v<B>)) || (std::is_arithmetic_v<A> && Number<B>);

/// The built-in type that a Tracked stands for; itself for others.
template <class A>
struct Plain {
  using Type = A;
};
template <class S, class D>
struct Plain<Tracked<S, D>> {
  using Type = S;
};

template <class A, class B>
struct Derivative {
  using Type = typename Derivative<B, A>::Type;
};
template <class S, class D, class B>
struct Derivative<Tracked<S, D>, B> {
  using Type = D;
};

/// What A op B is by the language's arithmetic conversions.
template <class A, class B>
using Promoted = Tracked<decltype(typename Plain<A>::Type() + typename Plain<B>::Type()),
                         typename Derivative<A, B>::Type>;

/// What f(A, B) is for a function of <cmath>: integers count as double.
template <class A>
using Floating = std::conditional_t<std::is_integral_v<A>, double, A>;
template <class A, class B>
using MathPromoted = Promoted<Floating<A>, Floating<B>>;

template <class S, class D>
struct Tracked {
  S v{};
  D p{};

  constexpr Tracked() = default;
  template <class A>
    requires std::is_arithmetic_v<A>
  constexpr Tracked(A number) : v(static_cast<S>(number)), p(static_cast<long double>(v)) {}
  constexpr Tracked(S value, const D& derivative) : v(value), p(derivative) {}

  /// float to double is implicit and exact; double to float must be asked for, and rounds.
  template <class T>
    requires(!std::is_same_v<S, T>)
  explicit(sizeof(S) < sizeof(T)) Tracked(const Tracked<T, D>& x)
      : v(static_cast<S>(x.v)), p(narrowed<S>(x.p)) {
    met.floats = true;
    if (!std::isfinite(v)) met.non_finite = true;
  }

  template <class B>
  Tracked& operator+=(const B& y) {
    return *this = Tracked(*this + y);
  }
  template <class B>
  Tracked& operator-=(const B& y) {
    return *this = Tracked(*this - y);
  }
  template <class B>
  Tracked& operator*=(const B& y) {
    return *this = Tracked(*this * y);
  }
  template <class B>
  Tracked& operator/=(const B& y) {
    return *this = Tracked(*this / y);
  }
  Tracked& operator++() { return *this += 1; }
  Tracked& operator--() { return *this -= 1; }
  Tracked operator++(int) {
    const Tracked before = *this;
    ++*this;
    return before;
  }
  Tracked operator--(int) {
    const Tracked before = *this;
    --*this;
    return before;
  }
};

/// The same value with the error of one more rounding to S.
template <class S>
Num narrowed(const Num& x) {
  return std::is_same_v<S, float> ? Num(x.v, x.e + 0x1p-24L * std::fabs(x.v)) : x;
}
template <class S, class T>
Dual<T> narrowed(const Dual<T>& x) {
  return {narrowed<S>(x.value), narrowed<S>(x.tangent)};
}

/// The result of an operation in S.
template <class R, class D>
R result(typename Traits<R>::Scalar v, const D& p) {
  if (!std::isfinite(v) || !is_finite(p)) met.non_finite = true;
  return {v, p};
}

/// Sets the roundoff to that of an operation whose result is an R.
template <class R>
void model_precision() {
  constexpr bool is_float = std::is_same_v<typename Traits<R>::Scalar, float>;
  roundoff = is_float ? 0x1p-24L : 0x1p-53L;
  met.floats = met.floats || is_float;
}

template <Number A>
A operator+(const A& x) {
  return x;
}
template <Number A>
A operator-(const A& x) {
  return {-x.v, -x.p};
}

#define ORACLE_ARITHMETIC(token)                            \
  template <class A, class B>                               \
    requires Mixed<A, B>                                    \
  Promoted<A, B> operator token(const A & a, const B & b) { \
    using R = Promoted<A, B>;                               \
    model_precision<R>();                                   \
    const R x(a), y(b);                                     \
    return result<R>(x.v token y.v, x.p token y.p);         \
  }
ORACLE_ARITHMETIC(+)
ORACLE_ARITHMETIC(-)
ORACLE_ARITHMETIC(*)
ORACLE_ARITHMETIC(/)
#undef ORACLE_ARITHMETIC

#define ORACLE_COMPARISON(token)                \
  template <class A, class B>                   \
    requires Mixed<A, B>                        \
  bool operator token(const A& a, const B& b) { \
    using R = Promoted<A, B>;                   \
    return R(a).v token R(b).v;                 \
  }
ORACLE_COMPARISON(<)
ORACLE_COMPARISON(<=)
ORACLE_COMPARISON(>)
ORACLE_COMPARISON(>=)
ORACLE_COMPARISON(==)
ORACLE_COMPARISON(!=)
#undef ORACLE_COMPARISON

}  // namespace oracle

#include "oracle/tracked_math.hpp"
