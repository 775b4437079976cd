#include "frontend/integers.hpp"

#include <catch2/catch.hpp>

namespace gradsmith::frontend {
namespace {

constexpr std::int64_t kLow = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kHigh = std::numeric_limits<std::int64_t>::max();

/// Whether an operation on intervals holds every result of the numbers in them, and no more than
/// its two ends need.
template <class F, class I>
void check_exact(F f, I of_intervals) {
  for (std::int64_t a = -4; a <= 4; ++a) {
    for (std::int64_t b = a; b <= 4; ++b) {
      for (std::int64_t c = -4; c <= 4; ++c) {
        for (std::int64_t d = c; d <= 4; ++d) {
          std::int64_t low = kHigh, high = kLow;
          for (std::int64_t x = a; x <= b; ++x) {
            for (std::int64_t y = c; y <= d; ++y) {
              low = std::min(low, f(x, y));
              high = std::max(high, f(x, y));
            }
          }
          CHECK(of_intervals(Interval{a, b}, Interval{c, d}) == Interval{low, high});
        }
      }
    }
  }
}

}  // namespace

TEST_CASE("sums, differences and products of intervals are exact") {
  check_exact([](auto x, auto y) { return x + y; }, [](auto x, auto y) { return x + y; });
  check_exact([](auto x, auto y) { return x - y; }, [](auto x, auto y) { return x - y; });
  check_exact([](auto x, auto y) { return x * y; }, [](auto x, auto y) { return x * y; });
}

TEST_CASE("quotients and remainders of intervals hold every result") {
  for (std::int64_t a = -7; a <= 7; ++a) {
    for (std::int64_t b = a; b <= 7; ++b) {
      for (std::int64_t c = -5; c <= 5; ++c) {
        for (std::int64_t d = c; d <= 5; ++d) {
          const Interval q = quotient({a, b}, {c, d}), r = remainder({a, b}, {c, d});
          for (std::int64_t x = a; x <= b; ++x) {
            for (std::int64_t y = c; y <= d; ++y) {
              if (y == 0) continue;
              CHECK(Interval{x / y, x / y}.inside(q));
              CHECK(Interval{x % y, x % y}.inside(r));
            }
          }
        }
      }
    }
  }
}

TEST_CASE("the ends of intervals saturate") {
  const Interval all{};
  CHECK(all + all == all);
  CHECK(all - all == all);
  CHECK(all * Interval{2, 2} == all);
  CHECK(Interval{kHigh, kHigh} + Interval{1, 1} == Interval{kHigh, kHigh});
  CHECK(meet({0, 9}, {5, 20}) == Interval{5, 9});
  CHECK(hull({0, 1}, {5, 20}) == Interval{0, 20});
}

}  // namespace gradsmith::frontend
