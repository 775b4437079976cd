#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>
#include <random>

#include "ir/ops.hpp"
#include "unit/special_numbers.hpp"

using namespace gradsmith;
using namespace gradsmith::test;

namespace {

/// The distance in units of eps, relative to the value or to 1: for 0 < x < 16 digamma is a
/// logarithm of about 3 less a sum of about 3, which costs up to 4 units.
template <class T>
bool close(T value, long double expected, long double units) {
  const auto got = static_cast<long double>(value);
  const auto eps = static_cast<long double>(std::numeric_limits<T>::epsilon());
  return std::fabs(got - expected) <= units * eps * std::fmax(std::fabs(expected), 1.0L);
}

constexpr long double kEuler = std::numbers::egamma_v<long double>;
constexpr long double kPi = std::numbers::pi_v<long double>;
constexpr long double kZeta3 = 1.202056903159594285399738161511449991L;

}  // namespace

TEST_CASE("digamma and its derivatives have the known values") {
  CHECK(close(polygamma_value(0.0, 1.0), -kEuler, 4));
  CHECK(close(polygamma_value(0.0L, 1.0L), -kEuler, 4));
  CHECK(close(polygamma_value(0.0, 0.5), -kEuler - 2 * std::numbers::ln2_v<long double>, 4));
  CHECK(close(polygamma_value(0.0, 3.0), 1.5L - kEuler, 4));
  CHECK(close(polygamma_value(1.0, 1.0), kPi * kPi / 6, 2));
  CHECK(close(polygamma_value(1.0L, 0.5L), kPi * kPi / 2, 4));
  CHECK(close(polygamma_value(2.0, 1.0), -2 * kZeta3, 2));
  CHECK(close(polygamma_value(3.0, 1.0), kPi * kPi * kPi * kPi / 15, 4));
  CHECK(close(polygamma_value(0.0f, 1.0f), -kEuler, 1));
  // 6.3.3 and 6.3.4 of the same table, on the negative side.
  CHECK(close(polygamma_value(0.0, -0.5), 2 - kEuler - 2 * std::numbers::ln2_v<long double>, 4));
  CHECK(close(polygamma_value(1.0, -0.5), kPi * kPi / 2 + 4, 3));
}

TEST_CASE("the recurrence holds everywhere: psi(x + 1) - psi(x) = (-1)^n n! / x^(n+1)") {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> uniform(-30, 30);
  for (int order = 0; order <= 6; ++order) {
    for (int i = 0; i < 300; ++i) {
      const auto x = static_cast<long double>(
          std::ldexp(std::round(std::ldexp(uniform(random), 20)) + 0.5, -20));
      const auto n = static_cast<long double>(order);
      const long double a = polygamma_value(n, x);
      const long double b = polygamma_value(n, x + 1);
      const long double expected =
          (order % 2 == 0 ? 1 : -1) * std::tgamma(n + 1) / std::pow(x, n + 1);
      INFO("order " << order << " at " << x);
      const long double scale = std::fabs(a) + std::fabs(b) + std::fabs(expected);
      CHECK(std::fabs(b - a - expected) <= 2e-17L * scale);
    }
  }
}

TEST_CASE("digamma is the derivative of lgamma, and each order that of the one before") {
  for (const long double x : {0.3L, 1.7L, 4.25L, 12.5L, 40.0L, -0.4L, -2.3L, -7.75L}) {
    const long double h = 1e-4L;
    const auto slope = [&](auto f) {
      return (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h);
    };
    INFO("at " << x);
    const long double psi = polygamma_value(0.0L, x);
    CHECK(std::fabs(slope([](long double t) { return std::lgamma(t); }) - psi) <=
          1e-10L * (1 + std::fabs(psi)));
    for (int order = 0; order < 5; ++order) {
      const auto n = static_cast<long double>(order);
      const long double next = polygamma_value(n + 1, x);
      CHECK(std::fabs(slope([&](long double t) { return polygamma_value(n, t); }) - next) <=
            1e-8L * (1 + std::fabs(next)));
    }
  }
}

TEST_CASE("poles, NaN and orders that do not exist give NaN") {
  for (double x : {0.0, -0.0, -1.0, -2.0, -1e17, -kInfinity, kNan}) {
    for (int order : {0, 1, 5}) CHECK(std::isnan(polygamma_value(double(order), x)));
  }
  CHECK(std::isnan(polygamma_value(-1.0, 2.0)));
  CHECK(std::isnan(polygamma_value(61.0, 2.0)));
  CHECK(std::isfinite(polygamma_value(60.0, 2.0)));
}

TEST_CASE("far out, digamma is the logarithm and its derivatives vanish") {
  CHECK(polygamma_value(0.0, kInfinity) == kInfinity);
  CHECK(polygamma_value(0.0, 1e300) == std::log(1e300));
  CHECK(polygamma_value(1.0, kInfinity) == 0);
  CHECK(close(polygamma_value(1.0, 1e10) * 1e10, 1 + 0.5e-10L, 4));
  CHECK(close(polygamma_value(0.0, 1e-300) * -1e-300, 1, 2));
  CHECK(polygamma_value(1.0, 1e-200) == kInfinity);
}
