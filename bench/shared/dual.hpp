#pragma once

// Dual numbers in one direction, over any number type; nested, they give second derivatives.
// Written for being plainly right: in long double they are the reference.

#include <cmath>

namespace gradsmith {

template <class S>
struct Dual {
  S value;
  S slope;

  Dual() = default;
  Dual(double constant) : value(constant), slope(0.0) {}  // NOLINT: numbers are numbers
  Dual(const S& v, const S& s) : value(v), slope(s) {}

  friend Dual operator-(const Dual& a) { return {S(-a.value), S(-a.slope)}; }
  friend Dual operator+(const Dual& a, const Dual& b) {
    return {S(a.value + b.value), S(a.slope + b.slope)};
  }
  friend Dual operator-(const Dual& a, const Dual& b) {
    return {S(a.value - b.value), S(a.slope - b.slope)};
  }
  friend Dual operator*(const Dual& a, const Dual& b) {
    return {S(a.value * b.value), S(a.slope * b.value + a.value * b.slope)};
  }
  friend Dual operator/(const Dual& a, const Dual& b) {
    const S quotient = a.value / b.value;
    return {quotient, S((a.slope - quotient * b.slope) / b.value)};
  }
  Dual& operator+=(const Dual& b) { return *this = *this + b; }
  Dual& operator-=(const Dual& b) { return *this = *this - b; }
  friend bool operator<(const Dual& a, const Dual& b) { return a.value < b.value; }
  friend bool operator>(const Dual& a, const Dual& b) { return a.value > b.value; }

  // The chain rule: a function's value and its derivative at a.
  friend Dual chain(const Dual& a, const S& value, const S& derivative) {
    return {value, S(derivative * a.slope)};
  }
  friend Dual exp(const Dual& a) {
    using std::exp;
    const S e = exp(a.value);
    return chain(a, e, e);
  }
  friend Dual log(const Dual& a) {
    using std::log;
    return chain(a, S(log(a.value)), S(1.0 / a.value));
  }
  friend Dual sqrt(const Dual& a) {
    using std::sqrt;
    const S root = sqrt(a.value);
    return chain(a, root, S(0.5 / root));
  }
  friend Dual tanh(const Dual& a) {
    using std::tanh;
    const S t = tanh(a.value);
    return chain(a, t, S(1.0 - t * t));
  }
  friend Dual sin(const Dual& a) {
    using std::cos, std::sin;
    return chain(a, S(sin(a.value)), S(cos(a.value)));
  }
  friend Dual cos(const Dual& a) {
    using std::cos, std::sin;
    return chain(a, S(cos(a.value)), S(-sin(a.value)));
  }
  friend Dual erf(const Dual& a) {
    using std::erf, std::exp, std::sqrt;
    // Pi in two parts: a double alone would be too coarse for long double.
    const S pi = S(3.141592653589793116) + S(1.2246467991473531772e-16);
    const S factor = S(2.0) / S(sqrt(pi));
    const S square = a.value * a.value;
    return chain(a, S(erf(a.value)), S(factor * exp(-square)));
  }
};

}  // namespace gradsmith
