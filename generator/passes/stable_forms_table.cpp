// The table of stable forms. docs/floating_point.md has each one's accuracy beside what the rows of
// ir/ops.def would give.

#include <cmath>
#include <initializer_list>
#include <limits>
#include <numbers>

#include "passes/stable_forms.hpp"

namespace gradsmith {
namespace {

using Shape = const StableShape&;
using Partial = StablePartial;

bool single(Shape s) { return s.x.graph->element(s.r.id) == Element::F32; }

/// c[0] + c[1]*t + c[2]*t*t + ...
Expr polynomial(const Expr& t, std::initializer_list<double> c) {
  Expr sum = constant_like(t, std::data(c)[c.size() - 1]);
  for (std::size_t i = c.size() - 1; i-- > 0;) sum = std::data(c)[i] + sum * t;
  return sum;
}

/// exp(x) / (1 + exp(x)).
Expr logistic(const Expr& x) {
  const Expr e = exp(x);
  const Expr r = 1 / (1 + e);
  return choose(e <= 1, e * r, 1 - r);
}

/// What erfc falls by. The square of x is rounded, and its exponential magnifies the error by its
/// size: from 8 up that is more than a few units, and the fused operation knows the rest.
Expr bell(const Expr& x) {
  const Expr square = x * x;
  const Expr correction = choose(8 < square && square < 800, 1 - fma(x, x, -square), 1);
  return 2 * std::numbers::inv_sqrtpi * exp(-square) * correction;
}

/// x / (x*x + y*y).
Expr over_square(const Expr& x, const Expr& y) {
  const Expr square = x * x + y * y;
  const Expr t = y / x;
  const Expr u = x / y;
  const Expr scaled = choose(fabs(y) <= fabs(x), 1 / (x + y * t), u / (y + x * u));
  return choose(in_range(square), x / square, scaled);
}

/// x / hypot(x, y), which is `r`: where it has overflowed, or lost bits at the other end, from a
/// multiple.
Expr over_hypot(Shape s, const Expr& x, const Expr& y) {
  const double smallest = single(s) ? 1e-30 : 1e-290;
  const double largest = single(s) ? 3.4028234663852886e38 : std::numeric_limits<double>::max();
  const Expr scale = choose(s.r < 1, constant_like(s.r, s.power(200, 60)), 0.25);
  return choose(smallest <= s.r && s.r <= largest, x / s.r,
                scale * x / hypot(scale * x, scale * y));
}

/// exp(x) from r = expm1(x): near -1 nothing is left in r.
Expr exp_from_expm1(const Expr& x, const Expr& r) { return choose(-0.5 <= r, r + 1, exp(x)); }

/// The derivative of x / m, where e is exp(x) and m is exp(x) - 1: near 0 by Bernoulli's numbers,
/// B(n) / (n - 1)!.
Expr of_x_over_expm1(Shape s, const Expr& x, const Expr& e, const Expr& m) {
  const Expr series =
      -0.5 + x * polynomial(x * x, {1.0 / 6, -1.0 / 180, 1.0 / 5040, -1.0 / 151200, 1.0 / 4790016,
                                    -691.0 / 108972864000, 1.0 / 5337446400,
                                    -3617.0 / 666913927680000, 43867.0 / 283838567620608000});
  const Expr beyond = choose(x < (single(s) ? 80 : 700), (1 - x * (e / m)) / m, (1 - x) * exp(-x));
  return choose(fabs(x) < 0.75, series, beyond);
}

/// The derivative of r = (exp(x) - 1) / x, where e is exp(x): near 0 the terms n / (n + 1)!, and by
/// halves where e leaves the range first.
Expr of_expm1_over_x(Shape s, const Expr& x, const Expr& r, const Expr& e) {
  const Expr series = polynomial(
      x, {1.0 / 2, 1.0 / 3, 1.0 / 8, 1.0 / 30, 1.0 / 144, 1.0 / 840, 1.0 / 5760, 1.0 / 45360,
          1.0 / 403200, 1.0 / 3991680, 1.0 / 43545600, 1.0 / 518918400, 1.0 / 6706022400,
          1.0 / 93405312000, 1.0 / 1394852659200, 1.0 / 22230464256000, 1.0 / 376610217984000});
  const Expr half = exp(0.5 * x);
  const Expr beyond =
      choose(x < (single(s) ? 80 : 700), (e - r) / x, half * (half * ((x - 1) / (x * x))));
  return choose(fabs(x) < 0.75, series, beyond);
}

/// The derivative of r = sin(x) / x.
Expr of_sine_quotient(const Expr& x, const Expr& r) {
  const Expr series = x * polynomial(x * x, {-1.0 / 3, 1.0 / 30, -1.0 / 840, 1.0 / 45360,
                                             -1.0 / 3991680, 1.0 / 518918400, -1.0 / 93405312000,
                                             1.0 / 22230464256000, -1.0 / 6758061133824000});
  return choose(fabs(x) < 1, series, (cos(x) - r) / x);
}

/// pow(x, y) by x: from the power itself unless that leaves the range before its derivative does.
Expr of_power(Shape s) {
  const Expr quotient = s.r / s.x;
  const Expr size = fabs(s.r);
  const double small = s.power(-1000, -110);
  const double large = s.power(1000, 110);
  const Expr otherwise =
      choose(small <= size && size <= large, s.y * s.r / s.x, s.y * pow(s.x, s.y - 1));
  return choose(small <= size && fabs(quotient) <= large, s.y * quotient, otherwise);
}

Partial only(const Expr& value) { return {value, {}}; }
Expr zero(Shape s) { return constant_like(s.r, 0); }

// clang-format off
constexpr StableRow table[] = {
    // Exponentials and logarithms; sums of any length are in passes/stable_sums.cpp.
    {"logarithm of cosh",         "log(cosh(x))",     [](Shape s) { return only(tanh(s.x)); }, nullptr},
    {"logarithm of sinh",         "log(sinh(x))",     [](Shape s) { return only(1 / tanh(s.x)); }, nullptr},
    {"logarithm of 1 - p, falling", "log(1 - 1 / (1 + exp(x)))",
                                                      [](Shape s) { return only(1 / (1 + exp(s.x))); }, nullptr},
    {"logarithm of 1 - p, rising", "log(1 - exp(x) / (1 + exp(x)))",
                                                      [](Shape s) { return only(-logistic(s.x)); }, nullptr},
    {"logarithm of 1 - exp",      "log(1 - exp(x))",  [](Shape s) { return only(choose(exp(s.x) <= 0.5, -(exp(s.x) / (1 - exp(s.x))), exp(s.x) / expm1(s.x))); }, nullptr},
    {"expm1",                     "expm1(x)",         [](Shape s) { return only(exp_from_expm1(s.x, s.r)); }, nullptr},
    {"x over expm1",              "x / expm1(x)",     [](Shape s) { return only(of_x_over_expm1(s, s.x, exp_from_expm1(s.x, expm1(s.x)), expm1(s.x))); }, nullptr},
    {"x over exp - 1",            "x / (exp(x) - 1)", [](Shape s) { return only(of_x_over_expm1(s, s.x, exp(s.x), exp(s.x) - 1)); }, nullptr},
    {"x over 1 - exp",            "x / (1 - exp(-x))", [](Shape s) { return only(-of_x_over_expm1(s, -s.x, exp(-s.x), exp(-s.x) - 1)); }, nullptr},
    {"expm1 over x",              "expm1(x) / x",     [](Shape s) { return only(of_expm1_over_x(s, s.x, s.r, exp_from_expm1(s.x, expm1(s.x)))); }, nullptr},
    {"exp - 1 over x",            "(exp(x) - 1) / x", [](Shape s) { return only(of_expm1_over_x(s, s.x, s.r, exp(s.x))); }, nullptr},
    {"1 - exp over x",            "(1 - exp(-x)) / x", [](Shape s) { return only(-of_expm1_over_x(s, -s.x, s.r, exp(-s.x))); }, nullptr},
    {"expm1 of -x over x",        "expm1(-x) / x",    [](Shape s) { return only(of_expm1_over_x(s, -s.x, -s.r, exp_from_expm1(-s.x, expm1(-s.x)))); }, nullptr},

    // Powers and norms.
    {"power",                     "pow(x, v)",        [](Shape s) { return Partial{of_power(s), s.x == 0 && s.y == 0}; },
                                                      [](Shape s) { return Partial{s.r * log(s.x), s.x == 0}; }},
    {"hypot",                     "hypot(x, y)",      [](Shape s) { return only(over_hypot(s, s.x, s.y)); },
                                                      [](Shape s) { return only(over_hypot(s, s.y, s.x)); }},

    // Angles, areas, tails.
    {"sin over x",                "sin(x) / x",       [](Shape s) { return only(of_sine_quotient(s.x, s.r)); }, nullptr},
    {"atan2",                     "atan2(x, y)",      [](Shape s) { return only(over_square(s.y, s.x)); },
                                                      [](Shape s) { return only(-over_square(s.x, s.y)); }},
    {"asinh",                     "asinh(x)",         [](Shape s) { return only(1 / choose(fabs(s.x) < s.power(500, 60), sqrt(s.x * s.x + 1), fabs(s.x))); }, nullptr},
    {"erfc",                      "erfc(x)",          [](Shape s) { return only(-bell(s.x)); }, nullptr},
    {"correction of a square",    "p ? 1 - fma(x, x, -(x * x)) : 1", [](Shape s) { return only(zero(s)); }, nullptr},
};
// clang-format on

}  // namespace

std::span<const StableRow> stable_rows() { return table; }

}  // namespace gradsmith
