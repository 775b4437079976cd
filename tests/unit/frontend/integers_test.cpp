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

TEST_CASE("comparisons of intervals are known where every pair of numbers agrees") {
  for (const Op op : {Op::Lt, Op::Le, Op::Gt, Op::Ge, Op::Eq, Op::Ne}) {
    for (std::int64_t a = -3; a <= 3; ++a) {
      for (std::int64_t b = a; b <= 3; ++b) {
        for (std::int64_t c = -3; c <= 3; ++c) {
          for (std::int64_t d = c; d <= 3; ++d) {
            bool some = false, all = true;
            for (std::int64_t x = a; x <= b; ++x) {
              for (std::int64_t y = c; y <= d; ++y) {
                const bool holds = op == Op::Lt   ? x < y
                                   : op == Op::Le ? x <= y
                                   : op == Op::Gt ? x > y
                                   : op == Op::Ge ? x >= y
                                   : op == Op::Eq ? x == y
                                                  : x != y;
                some = some || holds;
                all = all && holds;
              }
            }
            const auto expected = some == all ? std::optional(all) : std::nullopt;
            CHECK(compare(op, {a, b}, {c, d}) == expected);
          }
        }
      }
    }
  }
}

TEST_CASE("a comparison with an end that saturates is not known") {
  CHECK(compare(Op::Gt, {0, kHigh}, {kHigh, kHigh}) == std::nullopt);
  CHECK(compare(Op::Le, {0, kHigh}, {kHigh, kHigh}) == std::nullopt);
  CHECK(compare(Op::Lt, {kLow, 0}, {1, kHigh}) == true);
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
