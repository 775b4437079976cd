#pragma once

// What a spec sees instead of std and gradsmith where it is compiled for numbers other than double:
// functions of any number, and marks by which data stay plain numbers.

#include <cmath>
#include <stdexcept>

#include "dual.hpp"
#ifdef GRADSMITH_BENCH_ADOLC
#include <adolc/adolc.h>
#endif

namespace gradsmith::bench {

namespace any_std {

// Every number type has its functions where argument-dependent lookup finds them.
#define GRADSMITH_BENCH_FUNCTION(name) \
  template <class Number>              \
  auto name(const Number& x) {         \
    using ::std::name;                 \
    return name(x);                    \
  }
GRADSMITH_BENCH_FUNCTION(exp)
GRADSMITH_BENCH_FUNCTION(log)
GRADSMITH_BENCH_FUNCTION(sin)
GRADSMITH_BENCH_FUNCTION(cos)
GRADSMITH_BENCH_FUNCTION(tanh)
#undef GRADSMITH_BENCH_FUNCTION

template <class Number>
Number fmax(const Number& a, const Number& b) {
  return a < b ? b : a;
}

// A prior that is not timed calls it.
template <class Number>
Number lgamma(const Number&) {
  throw std::logic_error("lgamma is not timed");
}

}  // namespace any_std

namespace any_marks {

template <class T>
struct Plain {
  using Type = T;
};
template <class S>
struct Plain<Dual<S>> {
  using Type = double;
};
#ifdef GRADSMITH_BENCH_ADOLC
template <>
struct Plain<adouble> {
  using Type = double;
};
#endif

template <class T>
using param = T;
template <class T>
using data = typename Plain<T>::Type;
template <class T>
using work = T;

}  // namespace any_marks

// For specs in which one function of their own is given both: data are of the same type.
namespace one_type_marks {

template <class T>
using param = T;
template <class T>
using data = T;
template <class T>
using work = T;

}  // namespace one_type_marks

using Wide = Dual<long double>;
using WideSecond = Dual<Wide>;

}  // namespace gradsmith::bench
