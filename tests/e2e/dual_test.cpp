// The oracle itself, before anything is judged by it: its derivatives against central differences,
// and its conventions at the kinks.

#include <catch2/catch.hpp>
#include <functional>
#include <string>

#include "oracle/oracle_case.hpp"

namespace {

using oracle::First;
using oracle::Num;
using oracle::Second;
using oracle::Tracked;

template <class D>
using Real = Tracked<double, D>;

struct Row {
  const char* name;
  double x;
  double y;
  Real<Num> (*value)(const Real<Num>&, const Real<Num>&);
  Real<Second> (*second)(const Real<Second>&, const Real<Second>&);
};

#define ROW(x_value, y_value, formula)                                     \
  Row {                                                                    \
    #formula, x_value, y_value,                                            \
        [](const Real<Num>& x, const Real<Num>& y) -> Real<Num> {          \
          static_cast<void>(y);                                            \
          return formula;                                                  \
        },                                                                 \
        [](const Real<Second>& x, const Real<Second>& y) -> Real<Second> { \
          static_cast<void>(y);                                            \
          return formula;                                                  \
        }                                                                  \
  }

const Row kRows[] = {ROW(0.7, 1.3, x + y * 2),
                     ROW(0.7, 1.3, x - 3 / y),
                     ROW(0.7, 1.3, x* y* x),
                     ROW(0.7, 1.3, x / y),
                     ROW(0.7, 0, std::exp(x)),
                     ROW(0.7, 0, std::exp2(x)),
                     ROW(0.7, 0, std::expm1(x)),
                     ROW(0.7, 0, std::log(x)),
                     ROW(0.7, 0, std::log2(x)),
                     ROW(0.7, 0, std::log10(x)),
                     ROW(0.7, 0, std::log1p(x)),
                     ROW(0.7, 0, std::sqrt(x)),
                     ROW(-0.7, 0, std::cbrt(x)),
                     ROW(0.7, 0, std::sin(x)),
                     ROW(0.7, 0, std::cos(x)),
                     ROW(0.7, 0, std::tan(x)),
                     ROW(0.3, 0, std::asin(x)),
                     ROW(0.3, 0, std::acos(x)),
                     ROW(0.7, 0, std::atan(x)),
                     ROW(0.7, 0, std::sinh(x)),
                     ROW(0.7, 0, std::cosh(x)),
                     ROW(0.7, 0, std::tanh(x)),
                     ROW(0.7, 0, std::asinh(x)),
                     ROW(1.7, 0, std::acosh(x)),
                     ROW(0.3, 0, std::atanh(x)),
                     ROW(0.7, 0, std::erf(x)),
                     ROW(0.7, 0, std::erfc(x)),
                     ROW(1.7, 0, std::lgamma(x)),
                     ROW(-1.3, 0, std::lgamma(x)),
                     ROW(2.7, 0, std::tgamma(x)),
                     ROW(-1.3, 0, std::tgamma(x)),
                     ROW(0.7, 1.3, std::pow(x, y)),
                     ROW(-0.7, 1.3, std::pow(x, 3)),
                     ROW(0.7, -1.3, std::hypot(x, y)),
                     ROW(0.7, -1.3, std::atan2(x, y)),
                     ROW(0.7, 1.3, std::fma(x, y, x)),
                     ROW(-0.7, 0, std::fabs(x) * x),
                     ROW(0.7, 1.3, std::fmin(x* y, x)),
                     ROW(0.7, 1.3, std::fmax(x* y, x)),
                     ROW(0.7, 1.3, std::min(x* y, 0.2 + x)),
                     ROW(0.7, 1.3, std::max(x* y, x* x)),
                     ROW(0.7, -1.3, std::copysign(x* x, y)),
                     ROW(7.7, 1.3, std::fmod(x* x, y)),
                     ROW(0.7, 1.3, std::floor(x + 3) * y),
                     ROW(0.7, 1.3, std::round(y) * x * x)};

// The mathematics at a point moved by (dx, dy); decisions are the point's own.
long double moved(const Row& row, long double dx, long double dy) {
  Real<Num> x(row.x), y(row.y);
  x.p.v += dx;
  y.p.v += dy;
  return row.value(x, y).p.v;
}

Real<Second> seeded(double number, long double first, long double second) {
  Real<Second> x(number);
  x.p.value.tangent = Num(first);
  x.p.tangent.value = Num(second);
  return x;
}

}  // namespace

TEST_CASE("the oracle's first and second derivatives are those of central differences") {
  const long double h = 1e-4L;
  for (const Row& row : kRows) {
    INFO(row.name);
    const auto xx = row.second(seeded(row.x, 1, 1), seeded(row.y, 0, 0)).p;
    const auto xy = row.second(seeded(row.x, 1, 0), seeded(row.y, 0, 1)).p;
    const auto close = [](long double a, long double b, long double tolerance) {
      return std::fabs(a - b) <= tolerance * (1 + std::fabs(a) + std::fabs(b));
    };
    CHECK(close(xx.value.tangent.v, (moved(row, h, 0) - moved(row, -h, 0)) / (2 * h), 1e-7L));
    CHECK(close(xy.tangent.value.v, (moved(row, 0, h) - moved(row, 0, -h)) / (2 * h), 1e-7L));
    CHECK(close(xx.tangent.tangent.v,
                (moved(row, h, 0) - 2 * moved(row, 0, 0) + moved(row, -h, 0)) / (h * h), 1e-6L));
    CHECK(close(xy.tangent.tangent.v,
                (moved(row, h, h) - moved(row, h, -h) - moved(row, -h, h) + moved(row, -h, -h)) /
                    (4 * h * h),
                1e-6L));
  }
}

TEST_CASE("the oracle follows the written conventions at the kinks") {
  const auto d = [](auto formula, double x, double y) {
    Real<First> a(x), b(y);
    a.p.tangent = Num(1);
    return static_cast<double>(formula(a, b).p.tangent.v);
  };
  using R = const Real<First>&;
  CHECK(d([](R x, R) { return std::fabs(x); }, 0.0, 0) == 0);
  CHECK(d([](R x, R) { return std::fabs(x); }, -0.0, 0) == 0);
  CHECK(d([](R x, R y) { return std::fmin(x, y); }, 2, 2) == 1);
  CHECK(d([](R x, R y) { return std::fmin(y, x); }, 2, 2) == 0);
  CHECK(d([](R x, R y) { return std::fmax(x, y); }, 2, 2) == 1);
  CHECK(d([](R x, R y) { return std::max(y, x); }, 2, 2) == 0);
  CHECK(d([](R x, R y) { return std::min(x, y); }, 2, 2) == 1);
  CHECK(d([](R x, R) { return std::floor(x); }, 2, 0) == 0);
  CHECK(d([](R x, R y) { return std::pow(x, y); }, 2, 0) == 0);
  CHECK(d([](R x, R y) { return std::pow(y, x); }, 2, 0) == 0);
  CHECK(d([](R x, R y) { return std::copysign(x, y); }, -0.5, 3) == -1);
  CHECK(d([](R x, R y) { return std::fmod(y, x); }, 2, 7) == -3);
}

TEST_CASE("the oracle's polygamma has its known values") {
  CHECK(static_cast<double>(oracle::polygamma(0, 1.0L)) ==
        Approx(-0.5772156649015328606).epsilon(1e-16));
  CHECK(static_cast<double>(oracle::polygamma(1, 1.0L)) ==
        Approx(1.6449340668482264365).epsilon(1e-16));
  CHECK(static_cast<double>(oracle::polygamma(1, 0.5L)) ==
        Approx(4.9348022005446793094).epsilon(1e-16));
  CHECK(static_cast<double>(oracle::polygamma(2, 1.0L)) ==
        Approx(-2.4041138063191885708).epsilon(1e-16));
  CHECK(std::isnan(oracle::polygamma(0, -2.0L)));
}

TEST_CASE("decisions follow the spec's own precision not the oracle's") {
  const Real<Num> x(0.1), y(0.2);
  CHECK_FALSE(x + y == 0.3);  // true of the numbers, not of doubles
  const Tracked<float, Num> f(0.1f);
  CHECK(f != 0.1);
  CHECK(f * f == 0.1f * 0.1f);
}
