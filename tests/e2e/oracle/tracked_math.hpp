#pragma once

// <cmath> for Tracked, and its names in namespace std and in the global namespace, where specs
// call them.

#include <algorithm>
#include <cstdlib>

#include "oracle/tracked.hpp"

namespace oracle {

// clang-format off: it breaks such lists in another place each time.
#define ORACLE_UNARY_FUNCTIONS(X)                                                               \
  X(exp)                                                                                        \
  X(exp2)                                                                                       \
  X(expm1)                                                                                      \
  X(log)                                                                                        \
  X(log2)                                                                                       \
  X(log10)                                                                                      \
  X(log1p)                                                                                      \
  X(sqrt) X(cbrt) X(sin) X(cos) X(tan) X(asin) X(acos) X(atan) X(sinh) X(cosh) X(tanh) X(asinh) \
      X(acosh) X(atanh) X(erf) X(erfc) X(lgamma) X(tgamma)
// clang-format on

#define ORACLE_UNARY(name)                       \
  template <Number A>                            \
  A name(const A& x) {                           \
    model_precision<A>();                        \
    return result<A>(std::name(x.v), name(x.p)); \
  }
ORACLE_UNARY_FUNCTIONS(ORACLE_UNARY)
#undef ORACLE_UNARY

#define ORACLE_BINARY(name)                                \
  template <class A, class B>                              \
    requires Mixed<A, B>                                   \
  MathPromoted<A, B> name(const A& a, const B& b) {        \
    using R = MathPromoted<A, B>;                          \
    model_precision<R>();                                  \
    const R x(a), y(b);                                    \
    return result<R>(std::name(x.v, y.v), name(x.p, y.p)); \
  }
ORACLE_BINARY(hypot)
#undef ORACLE_BINARY

/// Compilers turn a literal exponent of 2 or -1 into arithmetic, which may differ from the library
/// in the last bit.
template <class A, class B>
  requires Mixed<A, B>
MathPromoted<A, B> pow(const A& a, const B& b) {
  using R = MathPromoted<A, B>;
  model_precision<R>();
  const R x(a), y(b);
  auto value = std::pow(x.v, y.v);
  if (!Number<B> && y.v == 2) value = x.v * x.v;
  if (!Number<B> && y.v == -1) value = 1 / x.v;
  return result<R>(value, pow(x.p, y.p));
}

template <class A, class B>
  requires Mixed<A, B>
MathPromoted<A, B> atan2(const A& a, const B& b) {
  using R = MathPromoted<A, B>;
  model_precision<R>();
  const R x(a), y(b);
  if (x.v == 0) met.zero_sign = true;
  return result<R>(std::atan2(x.v, y.v), atan2(x.p, y.p));
}

template <class A, class B, class C>
  requires(Number<A> || Number<B> || Number<C>)
auto fma(const A& a, const B& b, const C& c) {
  using S = decltype(typename Plain<Floating<A>>::Type() + typename Plain<Floating<B>>::Type() +
                     typename Plain<Floating<C>>::Type());
  using Any = std::conditional_t<Number<A>, A, std::conditional_t<Number<B>, B, C>>;
  using R = Tracked<S, typename Traits<Any>::Derivative>;
  model_precision<R>();
  const R x(a), y(b), z(c);
  return result<R>(std::fma(x.v, y.v, z.v), fma(x.p, y.p, z.p));
}

// The kinks. At 0 fabs has derivative 0; at ties the first operand is the one returned.
template <Number A>
A fabs(const A& x) {
  if (x.v > 0) return x;
  if (x.v < 0) return -x;
  return A(std::fabs(x.v));
}
template <Number A>
A abs(const A& x) {
  return fabs(x);
}
template <class A, class B>
  requires Mixed<A, B>
MathPromoted<A, B> fmin(const A& a, const B& b) {
  const MathPromoted<A, B> x(a), y(b);
  if (x.v == 0 && y.v == 0) met.zero_sign = true;  // which zero is left to the library
  return y.v < x.v || x.v != x.v ? y : x;
}
template <class A, class B>
  requires Mixed<A, B>
MathPromoted<A, B> fmax(const A& a, const B& b) {
  const MathPromoted<A, B> x(a), y(b);
  if (x.v == 0 && y.v == 0) met.zero_sign = true;
  return x.v < y.v || x.v != x.v ? y : x;
}
/// std::min and std::max of a spec's double and a literal; both Tracked take the library's own.
template <class A, class B>
  requires(Mixed<A, B> && Number<A> != Number<B>)
Promoted<A, B> min(const A& a, const B& b) {
  const Promoted<A, B> x(a), y(b);
  return y < x ? y : x;
}
template <class A, class B>
  requires(Mixed<A, B> && Number<A> != Number<B>)
Promoted<A, B> max(const A& a, const B& b) {
  const Promoted<A, B> x(a), y(b);
  return x < y ? y : x;
}
template <class A, class B>
  requires Mixed<A, B>
MathPromoted<A, B> copysign(const A& a, const B& b) {
  using R = MathPromoted<A, B>;
  const R x(a), y(b);
  if (x.v == 0 || y.v == 0) met.zero_sign = true;
  return std::signbit(x.v) == std::signbit(y.v) ? x : -x;
}

// Steps: a constant as far as calculus goes.
#define ORACLE_STEP(name)                           \
  template <Number A>                               \
  A name(const A& x) {                              \
    if (!std::isfinite(x.v)) met.non_finite = true; \
    return A(std::name(x.v));                       \
  }
ORACLE_STEP(floor)
ORACLE_STEP(ceil)
ORACLE_STEP(round)
ORACLE_STEP(trunc)
#undef ORACLE_STEP

template <class A, class B>
  requires Mixed<A, B>
MathPromoted<A, B> fmod(const A& a, const B& b) {
  using R = MathPromoted<A, B>;
  model_precision<R>();
  const R x(a), y(b);
  const auto r = std::fmod(x.v, y.v);
  const long double n = std::round((static_cast<long double>(x.v) - r) / y.v);
  return result<R>(r, remainder(x.p, y.p, n));
}

}  // namespace oracle

#define ORACLE_EXPORT(name) using oracle::name;
#define ORACLE_EXPORTS                                                                          \
  ORACLE_UNARY_FUNCTIONS(ORACLE_EXPORT)                                                         \
  using oracle::pow, oracle::hypot, oracle::atan2, oracle::fma, oracle::fabs, oracle::abs,      \
      oracle::fmin, oracle::fmax, oracle::copysign, oracle::floor, oracle::ceil, oracle::round, \
      oracle::trunc, oracle::fmod;
namespace std {
ORACLE_EXPORTS
using oracle::max;
using oracle::min;
}  // namespace std
ORACLE_EXPORTS
#undef ORACLE_EXPORTS
#undef ORACLE_EXPORT
