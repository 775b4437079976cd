#pragma once

// Numbers of MPFR, and dual numbers of them: a value and its derivative by x, by the rules of the
// calculus books and with as many bits as cancellation may eat.

#include <mpfr.h>

namespace e2e {

class Wide {
 public:
  /// Of all numbers made from here on.
  static inline mpfr_prec_t bits = 200;

  Wide(double x = 0) {  // NOLINT: a number is a Wide
    mpfr_init2(value_, bits);
    mpfr_set_d(value_, x, MPFR_RNDN);
  }
  Wide(const Wide& x) : Wide() { mpfr_set(value_, x.value_, MPFR_RNDN); }
  Wide& operator=(const Wide& x) {
    mpfr_set(value_, x.value_, MPFR_RNDN);
    return *this;
  }
  ~Wide() { mpfr_clear(value_); }

  mpfr_ptr get() { return value_; }
  mpfr_srcptr get() const { return value_; }
  double number() const { return mpfr_get_d(value_, MPFR_RNDN); }
  bool is_number() const { return mpfr_number_p(value_) != 0; }
  bool is_zero() const { return mpfr_zero_p(value_) != 0; }

 private:
  mpfr_t value_;
};

using WideUnary = int (*)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);
using WideBinary = int (*)(mpfr_ptr, mpfr_srcptr, mpfr_srcptr, mpfr_rnd_t);
inline Wide wide(WideUnary f, const Wide& x) {
  Wide r;
  f(r.get(), x.get(), MPFR_RNDN);
  return r;
}
inline Wide wide(WideBinary f, const Wide& x, const Wide& y) {
  Wide r;
  f(r.get(), x.get(), y.get(), MPFR_RNDN);
  return r;
}
inline Wide operator+(const Wide& x, const Wide& y) { return wide(mpfr_add, x, y); }
inline Wide operator-(const Wide& x, const Wide& y) { return wide(mpfr_sub, x, y); }
inline Wide operator*(const Wide& x, const Wide& y) { return wide(mpfr_mul, x, y); }
inline Wide operator/(const Wide& x, const Wide& y) { return wide(mpfr_div, x, y); }
inline Wide operator-(const Wide& x) { return 0 - x; }
inline Wide fabs(const Wide& x) { return wide(mpfr_abs, x); }
inline bool operator<(const Wide& x, const Wide& y) { return mpfr_less_p(x.get(), y.get()) != 0; }

struct WideDual {
  Wide value;
  Wide tangent;

  WideDual(double x) : value(x), tangent(0) {}  // NOLINT: a number is a WideDual
  WideDual(const Wide& v, const Wide& t) : value(v), tangent(t) {}
};

/// What a factor makes of a tangent; nothing of none.
inline Wide passed_on(const Wide& factor, const Wide& tangent) {
  return tangent.is_zero() ? tangent : factor * tangent;
}

using D = WideDual;
inline D operator-(const D& x) { return {-x.value, -x.tangent}; }
inline D operator+(const D& x, const D& y) { return {x.value + y.value, x.tangent + y.tangent}; }
inline D operator-(const D& x, const D& y) { return {x.value - y.value, x.tangent - y.tangent}; }
inline D operator*(const D& x, const D& y) {
  return {x.value * y.value, passed_on(x.value, y.tangent) + passed_on(y.value, x.tangent)};
}
inline D operator/(const D& x, const D& y) {
  const Wide r = x.value / y.value;
  return {r, passed_on(1 / y.value, x.tangent) - passed_on(r / y.value, y.tangent)};
}
inline bool operator<(const D& x, const D& y) { return x.value < y.value; }

inline D chain(const D& x, const Wide& value, const Wide& slope) {
  return {value, passed_on(slope, x.tangent)};
}
inline D exp(const D& x) {
  const Wide r = wide(mpfr_exp, x.value);
  return chain(x, r, r);
}
inline D expm1(const D& x) { return chain(x, wide(mpfr_expm1, x.value), wide(mpfr_exp, x.value)); }
inline D log(const D& x) { return chain(x, wide(mpfr_log, x.value), 1 / x.value); }
inline D log1p(const D& x) { return chain(x, wide(mpfr_log1p, x.value), 1 / (1 + x.value)); }
inline D sqrt(const D& x) {
  const Wide r = wide(mpfr_sqrt, x.value);
  return chain(x, r, 1 / (2 * r));
}
inline D cbrt(const D& x) {
  const Wide r = wide(mpfr_cbrt, x.value);
  return chain(x, r, 1 / (3 * (r * r)));
}
inline D sin(const D& x) { return chain(x, wide(mpfr_sin, x.value), wide(mpfr_cos, x.value)); }
inline D cosh(const D& x) { return chain(x, wide(mpfr_cosh, x.value), wide(mpfr_sinh, x.value)); }
inline D sinh(const D& x) { return chain(x, wide(mpfr_sinh, x.value), wide(mpfr_cosh, x.value)); }
inline D tanh(const D& x) {
  const Wide c = wide(mpfr_cosh, x.value);
  return chain(x, wide(mpfr_tanh, x.value), 1 / (c * c));
}
inline D asin(const D& x) {
  const Wide s = wide(mpfr_sqrt, (1 - x.value) * (1 + x.value));
  return chain(x, wide(mpfr_asin, x.value), 1 / s);
}
inline D acos(const D& x) {
  const Wide s = wide(mpfr_sqrt, (1 - x.value) * (1 + x.value));
  return chain(x, wide(mpfr_acos, x.value), -(1 / s));
}
inline D atan(const D& x) {
  return chain(x, wide(mpfr_atan, x.value), 1 / (1 + x.value * x.value));
}
inline D asinh(const D& x) {
  const Wide s = wide(mpfr_sqrt, x.value * x.value + 1);
  return chain(x, wide(mpfr_asinh, x.value), 1 / s);
}
inline D acosh(const D& x) {
  const Wide s = wide(mpfr_sqrt, x.value * x.value - 1);
  return chain(x, wide(mpfr_acosh, x.value), 1 / s);
}
inline D atanh(const D& x) {
  return chain(x, wide(mpfr_atanh, x.value), 1 / (1 - x.value * x.value));
}
/// 2 / sqrt(pi) * exp(-x*x).
inline Wide erf_slope(const Wide& x) {
  Wide pi;
  mpfr_const_pi(pi.get(), MPFR_RNDN);
  return 2 / wide(mpfr_sqrt, pi) * wide(mpfr_exp, -(x * x));
}
inline D erf(const D& x) { return chain(x, wide(mpfr_erf, x.value), erf_slope(x.value)); }
inline D erfc(const D& x) { return chain(x, wide(mpfr_erfc, x.value), -erf_slope(x.value)); }
inline D hypot(const D& x, const D& y) { return sqrt(x * x + y * y); }
inline D fmax(const D& x, const D& y) { return x < y ? y : x; }
inline D atan2(const D& y, const D& x) {
  const Wide square = x.value * x.value + y.value * y.value;
  return {wide(mpfr_atan2, y.value, x.value),
          passed_on(x.value / square, y.tangent) - passed_on(y.value / square, x.tangent)};
}
inline D pow(const D& x, const D& y) {
  const Wide r = wide(mpfr_pow, x.value, y.value);
  const Wide by_x = y.value * wide(mpfr_pow, x.value, y.value - 1);
  return {r, passed_on(by_x, x.tangent) + passed_on(r * wide(mpfr_log, x.value), y.tangent)};
}
inline D fmod(const D& x, const D& y) {
  const Wide r = wide(mpfr_fmod, x.value, y.value);
  return {r, x.tangent - passed_on((x.value - r) / y.value, y.tangent)};
}

}  // namespace e2e
