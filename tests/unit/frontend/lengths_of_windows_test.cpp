// How long an array is that loops go over by windows, or whose last column stands alone: by hand,
// and by trying all sizes, for random ones.

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <random>

#include "unit/frontend/lengths.hpp"

namespace gradsmith {
namespace {

constexpr SizeRange kSizes{-1, 6, -3, 7};

/// An integer expression over n, m, i, j and 1, and its products by n and m.
struct Sum {
  int n = 0, m = 0, i = 0, j = 0, one = 0, im = 0, in = 0;

  int at(int n_, int m_, int i_, int j_) const {
    return n * n_ + m * m_ + i * i_ + j * j_ + one + im * i_ * m_ + in * i_ * n_;
  }
  std::string text() const {
    std::string sum = fmt::format("{}", one);
    for (const auto& [factor, unknowns] :
         {std::pair(n, "n"), {m, "m"}, {i, "i"}, {j, "j"}, {im, "i * m"}, {in, "i * n"}}) {
      if (factor != 0) sum += fmt::format(" + ({}) * {}", factor, unknowns);
    }
    return sum;
  }
};

/// `for (j = max(begin...); j < min(end...); ++j) x[subscript]` for i < n.
struct RandomWindow {
  Sum begin[2], end[2], subscript;

  explicit RandomWindow(std::mt19937& random) {
    const auto some = [&](std::initializer_list<int> choices) {
      return *(choices.begin() + random() % choices.size());
    };
    begin[0] = {.i = some({0, 0, 1}), .one = some({0, 0, 1})};
    begin[1] = {.m = some({-1, -1, 0}), .i = 1, .one = some({0, 0, 1, -1})};
    end[0] = {.n = 1, .m = some({0, 0, 1}), .i = some({0, 0, -1}), .one = some({0, 0, -1})};
    end[1] = {.m = some({1, 1, 0}), .i = some({1, 1, 0}), .one = some({0, 1, 1, 2})};
    subscript = {.m = some({0, 1}),
                 .i = some({0, 0, -1, 1}),
                 .j = some({1, 1, 1, -1}),
                 .one = some({0, 0, 1}),
                 .im = some({0, 0, 0, 1, 2}),
                 .in = some({0, 0, 0, 1})};
  }

  std::string text() const {
    return fmt::format(
        "#include <algorithm>\ndouble f(const double* x, int n, int m) {{ double s = 0; "
        "for (int i = 0; i < n; ++i) for (int j = std::max({}, {}); j < std::min({}, {}); ++j) "
        "s += x[{}]; return s; }}",
        begin[0].text(), begin[1].text(), end[0].text(), end[1].text(), subscript.text());
  }

  /// The number of elements that its accesses need; nothing where there is none, or one outside.
  std::optional<int> needed(int n, int m) const {
    int most = 0;
    for (int i = 0; i < n; ++i) {
      const int last = std::min(end[0].at(n, m, i, 0), end[1].at(n, m, i, 0));
      for (int j = std::max(begin[0].at(n, m, i, 0), begin[1].at(n, m, i, 0)); j < last; ++j) {
        const int at = subscript.at(n, m, i, j);
        if (at < 0) return std::nullopt;
        most = std::max(most, at + 1);
      }
    }
    return most == 0 ? std::nullopt : std::optional(most);
  }
};

/// `for j < columns: x[i * stride + j]` and `x[i * stride + alone]` for i < n.
struct RandomRows {
  Sum stride, columns, alone;

  explicit RandomRows(std::mt19937& random) {
    const auto some = [&](std::initializer_list<int> choices) {
      return *(choices.begin() + random() % choices.size());
    };
    stride = {.n = some({0, 0, 1}), .m = 1, .one = some({-1, 0, 0, 1})};
    columns = {.m = some({0, 1, 1}), .one = some({-2, -1, 0, 1})};
    alone = {.n = some({0, 0, 1}), .m = some({0, 1, 1}), .one = some({-2, -1, -1, 0, 0, 1})};
  }

  std::string text() const {
    return fmt::format(
        "double f(const double* x, int n, int m) {{ double s = 0; for (int i = 0; i < n; ++i) {{ "
        "for (int j = 0; j < {0}; ++j) s += x[i * ({1}) + j]; s -= x[i * ({1}) + {2}]; }} "
        "return s; }}",
        columns.text(), stride.text(), alone.text());
  }

  std::optional<int> needed(int n, int m) const {
    int most = 0;
    const int hop = stride.at(n, m, 0, 0);
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j <= std::max(columns.at(n, m, 0, 0), 0); ++j) {
        const bool last = j == std::max(columns.at(n, m, 0, 0), 0);
        const int at = i * hop + (last ? alone.at(n, m, 0, 0) : j);
        if (at < 0) return std::nullopt;
        most = std::max(most, at + 1);
      }
    }
    return most == 0 ? std::nullopt : std::optional(most);
  }
};

}  // namespace

TEST_CASE("no access of a random window lies beyond the length, and the last element is met") {
  CHECK(check_random<RandomWindow>(30, 250, kSizes) > 60);
}

TEST_CASE("no access to random rows lies beyond the length, and the last element is met") {
  CHECK(check_random<RandomRows>(31, 150, kSizes) > 20);
}

TEST_CASE("the last column of rows may stand alone") {
  const std::string row = "for (int i = 0; i < n; ++i) { for (int j = 0; j < m - 1; ++j) s += ";
  CHECK(length_of_loop(row + "x[i * m + j]; s -= x[i * m + m - 1]; }") == "(n * m)");
  CHECK(length_of_loop("const int d = m - 1; for (int i = 0; i < n; ++i) { for (int j = 0; j < d; "
                       "++j) s += x[i * m + j]; s -= x[i * m + d]; }") == "(n * m)");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) { const double* row = x + i * m; for (int j = "
                       "0; j < m - 1; ++j) s += row[j]; s -= row[m - 1]; }") == "(n * m)");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) { for (int j = 0; j < m; ++j) s += x[i * (m + "
                       "1) + j]; s -= x[i * (m + 1) + m]; }") == "((n * m) + n)");
  CHECK(length_in("double f(const double* x, int b, int n, int m) { double s = 0; for (int k = 0; "
                  "k < b; ++k) for (int i = 0; i < n; ++i) s += x[(k * n + i) * m + m - 1]; "
                  "return s; }") == "((b * n) * m)");
}

TEST_CASE("the first column of rows may stand alone") {
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) { s -= x[i * (m + 1)]; for (int j = 0; j < m; "
                       "++j) s += x[i * (m + 1) + 1 + j]; }") ==
        "max((((n * m) + n) - m), ((n * m) + n))");
}

TEST_CASE("columns that are no part of a row leave the length open") {
  CHECK(length_in("double f(const double* x, int n, int m, int k) { double s = 0; for (int i = 0; "
                  "i < n; ++i) for (int j = 0; j < k; ++j) s += x[i * m + j]; return s; }") == "?");
  CHECK(length_in("double f(const double* x, int n, int m, int k) { double s = 0; for (int i = 0; "
                  "i < n; ++i) { for (int j = 0; j < k; ++j) s += x[i * m + j]; "
                  "s -= x[i * m + m - 1]; } return s; }") == "?");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) s += x[i * m + m + 1];") == "?");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) s += x[i * (m - i)];") == "?");
}

TEST_CASE("a window is cut off at the array's ends") {
  const std::string rows = "for (int i = 0; i < n; ++i) ";
  CHECK(length_of_loop(rows + "for (int j = std::max(0, i - m); j <= std::min(n - 1, i + m); ++j) "
                              "s += x[j];") == "n");
  CHECK(length_of_loop(rows + "for (int j = std::max(0, i - m); j <= std::min(n - 1, i + m); ++j) "
                              "s += x[j - i + m];") == "min((n + m), ((2i * m) + 1i))");
  CHECK(length_of_loop(rows + "{ const int lo = i - m < 0 ? 0 : i - m; const int hi = i + m > n - "
                              "1 ? n - 1 : i + m; for (int j = lo; j <= hi; ++j) s += x[j]; }") ==
        "n");
  CHECK(length_of_loop(rows + "{ int lo = i - m; if (lo < 0) lo = 0; int hi = i + m; if (hi >= n) "
                              "hi = n - 1; for (int j = lo; j <= hi; ++j) s += x[j]; }") == "n");
  CHECK(length_of_loop(rows + "for (int j = std::min(n - 1, i + m); j >= std::max(0, i - m); --j) "
                              "s += x[j];") == "n");
  CHECK(length_of_loop(rows + "for (int j = i + 1; j < std::min(n, i + m); ++j) s += x[j];") ==
        "n");
  CHECK(length_of_loop(rows + "for (int j = std::max(0, i - m); j < std::min(n, i + m + 1); ++j) "
                              "s += x[i * n + j];") == "(n * n)");
}

TEST_CASE("a window that looks back is cut off at the beginning") {
  const std::string rows = "for (int i = 0; i < n; ++i) ";
  CHECK(length_of_loop(rows + "for (int j = i - m + 1 < 0 ? 0 : i - m + 1; j <= i; ++j) "
                              "s += x[j];") == "n");
  CHECK(length_of_loop(rows + "for (int j = 1; j <= std::min(i, m); ++j) s += x[j - 1];") ==
        "min((n - 1i), m)");
  CHECK(length_of_loop(rows + "for (int j = 0; j <= std::min(i, m - 1); ++j) s += x[i - j];") ==
        "n");
}

TEST_CASE("a window in two directions is cut off at four sides") {
  CHECK(length_in("double f(const double* x, int h, int w, int k) { double s = 0; for (int i = 0; "
                  "i < h; ++i) for (int j = 0; j < w; ++j) for (int a = std::max(0, i - k); a <= "
                  "std::min(h - 1, i + k); ++a) for (int b = std::max(0, j - k); b <= std::min(w - "
                  "1, j + k); ++b) s += x[a * w + b]; return s; }") == "(h * w)");
}

TEST_CASE("an end that data or another size decides leaves the length open") {
  CHECK(length_in("double f(const double* x, const data<int>* k, int n, int m) { double s = 0; for "
                  "(int i = 0; i < n; ++i) for (int j = 0; j < std::min(k[i], m); ++j) s += x[i * "
                  "m + j]; return s; }") == "?");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) for (int j = std::min(0, i - m); j < n; ++j) "
                       "s += x[j + m];") == "?");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) for (int j = 0; j < std::max(i, m); ++j) "
                       "s += x[j];") == "?");
  // Neither end is reached by all rows.
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) for (int j = i; j < std::min(m, 2 * i); ++j) "
                       "s += x[j];") == "?");
}

}  // namespace gradsmith
