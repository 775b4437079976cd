// How long an array is that comes as a pointer: by hand, for every kind of subscript, and by trying
// all sizes, for random ones.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <random>

#include "ir/evaluate.hpp"
#include "unit/frontend/lengths.hpp"

namespace gradsmith {
namespace {

/// An integer expression over n, m, i, j and 1.
using Sum = std::array<int, 5>;

int value_of(const Sum& sum, const std::array<int, 5>& at) {
  int value = 0;
  for (std::size_t k = 0; k < 5; ++k) value += sum[k] * at[k];
  return value;
}

std::string text_of(const Sum& sum) {
  const char* names[] = {"n", "m", "i", "j", "1"};
  std::string text = "0";
  for (std::size_t k = 0; k < 5; ++k) {
    if (sum[k] != 0) text += fmt::format(" + ({}) * {}", sum[k], names[k]);
  }
  return text;
}

/// Two loops and a subscript: `x[subscript * factor + inner]`.
struct RandomProgram {
  Sum begin[2], end[2], subscript;

  explicit RandomProgram(std::mt19937& random) {
    const auto some = [&](std::initializer_list<int> choices) {
      return *(choices.begin() + random() % choices.size());
    };
    begin[0] = {0, 0, 0, 0, some({0, 0, 1, 2})};
    end[0] = {some({0, 1, 1, 2}), some({0, 0, 1}), 0, 0, some({-1, 0, 0, 1, 3})};
    begin[1] = {0, 0, some({0, 0, 1}), 0, some({0, 0, 1})};
    end[1] = {some({0, 0, 1}), some({0, 1, 1}), some({-1, 0, 0, 1}), 0, some({-1, 0, 0, 1, 2})};
    subscript = {some({0, 0, 1}), some({0, 0, 1}), some({-1, 0, 1, 2, 3}), some({-1, 0, 1, 1}),
                 some({0, 0, 1, 5})};
  }

  std::string text() const {
    return fmt::format(
        "double f(const double* x, int n, int m) {{ double s = 0; {} s += x[{}]; return s; }}",
        loops(), text_of(subscript));
  }

  /// Room that is written, here and there only, and read where only data says.
  std::string text_of_work() const {
    return fmt::format(
        "double f(double x, int n, int m, int at, work<double>* w) {{ {} if (x > i - j) w[{}] = x; "
        "return w[at]; }}",
        loops(), text_of(subscript));
  }

  std::string loops() const {
    return fmt::format("for (int i = {}; i < {}; ++i) for (int j = {}; j < {}; ++j)",
                       text_of(begin[0]), text_of(end[0]), text_of(begin[1]), text_of(end[1]));
  }

  /// The number of elements that its accesses need; nothing where there is none.
  std::optional<int> needed(int n, int m) const {
    int most = 0;
    for (int i = value_of(begin[0], {n, m, 0, 0, 1}); i < value_of(end[0], {n, m, 0, 0, 1}); ++i) {
      for (int j = value_of(begin[1], {n, m, i, 0, 1}); j < value_of(end[1], {n, m, i, 0, 1});
           ++j) {
        most = std::max(most, value_of(subscript, {n, m, i, j, 1}) + 1);
      }
    }
    return most == 0 ? std::nullopt : std::optional(most);
  }
};

}  // namespace

TEST_CASE("no access of a random program lies beyond the length, and the last element is met") {
  CHECK(check_random<RandomProgram>(20, 150, {-2, 6, -2, 6}) > 50);
}

TEST_CASE("no write to the room of a random program lies beyond its length") {
  std::mt19937 random(21);  // NOLINT: the same programs in every run
  int known = 0;
  for (int program = 0; program < 150; ++program) {
    const RandomProgram p(random);
    INFO(p.text_of_work());
    const auto spec =
        spec_of("#include <gradsmith/spec.hpp>\nusing gradsmith::work;\n" + p.text_of_work());
    REQUIRE(spec);
    const Function f = spec->lower(0);
    const Length* length = f.length(f.graph.find_input("w[#]"));
    if (!length || length->value == kNoNode) continue;
    ++known;
    for (int n = -2; n <= 6; ++n) {
      for (int m = -2; m <= 6; ++m) {
        const std::optional<int> needed = p.needed(n, m);
        if (!needed) continue;
        INFO("n = " << n << ", m = " << m);
        const Environment at = {
            {"n", Value::index(n)}, {"m", Value::index(m)}, {"at", Value::index(0)}};
        CHECK(evaluate<double>(f.graph, length->value, at).number() >= *needed);
      }
    }
  }
  CHECK(known > 50);
}

TEST_CASE("an array is as long as the loop over it") {
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) s += x[i];") == "n");
  CHECK(length_of_loop("for (int i = 0; i <= n; ++i) s += x[i];") == "(n + 1i)");
  CHECK(length_of_loop("for (int i = 3; i < n; ++i) s += x[i];") == "n");
  CHECK(length_of_loop("for (int i = n - 1; i >= 0; --i) s += x[i];") == "n");
  CHECK(length_of_loop("for (int i = n; i > 0; --i) s += x[i - 1];") == "n");
  CHECK(length_of_loop("for (int i = 0; i < 7; ++i) s += x[i] * n;") == "7i");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) s += *(x + i);") == "n");
  CHECK(length_of_loop("for (int i = 0; i != n; ++i) s += x[n - 1 - i];") == "n");
}

TEST_CASE("an offset in the subscript counts") {
  CHECK(length_of_loop("for (int i = 0; i < n - 1; ++i) s += x[i + 1] * x[i];") == "n");
  CHECK(length_of_loop("for (int i = 1; i < n - 1; ++i) s += x[i - 1] - 2 * x[i] + x[i + 1];") ==
        "n");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) s += x[m + i];") == "(n + m)");
  CHECK(length_of_loop("for (int i = 0; i + 1 < n; ++i) s += x[i + 1];") == "n");
}

TEST_CASE("a stride counts where the last element is certainly met") {
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) s += x[3 * i] + x[3 * i + 2];") == "(3i * n)");
  CHECK(length_of_loop("for (int i = 0; i < 4 * n; i += 4) s += x[i] + x[i + 3];") == "(4i * n)");
  CHECK(length_of_loop("for (int i = 0; i < n; i += 2) s += x[i];") == "?");
  CHECK(length_of_loop("for (int i = 0; i < n; i += 2) s += x[i];"
                       "for (int i = 0; i < n; ++i) s += x[i];") == "n");
}

TEST_CASE("rows and columns multiply") {
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) for (int j = 0; j < m; ++j) "
                       "s += x[i * m + j];") == "(n * m)");
  CHECK(length_of_loop("for (int j = 0; j < m; ++j) for (int i = 0; i < n; ++i) "
                       "s += x[i * m + j];") == "(n * m)");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) for (int j = 0; j < m; ++j) "
                       "for (int k = 0; k < 3; ++k) s += x[(i * m + j) * 3 + k];") ==
        "((3i * n) * m)");
}

TEST_CASE("a packed triangle has half a square") {
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) for (int j = 0; j <= i; ++j) "
                       "s += x[i * (i + 1) / 2 + j];") == "(((n * n) + n) / 2i)");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) for (int j = 0; j < i; ++j) "
                       "s += x[i * (i - 1) / 2 + j];") == "(((n * n) - n) / 2i)");
}

TEST_CASE("a shifted pointer's elements are those of the array") {
  CHECK(length_in("static double sum(const double* p, int k) { double s = 0; "
                  "for (int i = 0; i < k; ++i) s += p[i]; return s; }\n"
                  "double f(const double* x, int n) { return sum(x, n) * sum(x + n, n); }") ==
        "(2i * n)");
  CHECK(length_in("static double sum(const double* p, int k) { double s = 0; "
                  "for (int i = 0; i < k; ++i) s += p[i]; return s; }\n"
                  "double f(const double* x, int n, int m) { double s = 0; "
                  "for (int r = 0; r < n; ++r) s += sum(x + r * m, m); return s; }") == "(n * m)");
}

TEST_CASE("of several accesses the largest counts, or both where neither is known to be larger") {
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) s += x[i]; for (int i = 0; i < n - 2; ++i) "
                       "s *= x[i];") == "n");
  CHECK(length_of_loop("s = x[0]; for (int i = 1; i < n; ++i) s += x[i];") == "max(n, 1i)");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) s += x[i] * x[0];") == "n");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) s += x[i]; for (int i = 0; i < m; ++i) "
                       "s += x[i];") == "max(n, m)");
}

TEST_CASE("a subscript that counts along tells the length where it counts the same in every trip") {
  CHECK(length_of_loop("int k = 0; for (int i = 0; i < n; ++i) s += x[k++];") == "n");
  CHECK(length_of_loop("int k = 3; for (int i = n; i > 0; --i) { s += x[k]; k += 2; }") ==
        "((2i * n) + 2i)");
  CHECK(length_of_loop("int k = 0; for (int i = 0; i < n; ++i) { s += x[k]; k += 2; "
                       "s += x[k - 1]; }") == "(2i * n)");
  CHECK(length_of_loop("int k = 0; for (int i = 0; i < n; ++i) for (int j = 0; j < i; ++j) "
                       "s += x[k++];") == "(((n * n) - n) / 2i)");
  CHECK(length_of_loop("int k = 0; for (int i = 0; i < n; ++i) for (int j = 0; j <= i; ++j) "
                       "s += x[k++];") == "(((n * n) + n) / 2i)");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) { int k = 0; for (int j = 0; j < n; ++j) "
                       "s += x[k++]; }") == "n");
  CHECK(length_of_loop("int k = 0; for (int i = 0; i < n; ++i) { if (s > 1) ++k; s += x[k]; }") ==
        "?");
  CHECK(length_of_loop("int k = 0; for (int i = 0; i < n; ++i) { k += i; s += x[k]; }") ==
        "((((n * n) + 2i) - n) / 2i)");
  CHECK(length_of_loop("int k = 0; for (int i = 0; i < n; ++i) k += 2; s += x[k];") == "?");
}

TEST_CASE("a multi-dimensional array has a length in its first extent") {
  const char* loop =
      "{ double s = 0; for (int i = 0; i < n; ++i) for (int j = 0; j < 3; ++j) s += x[i][j]; "
      "return s; }";
  CHECK(length_in(std::string("double f(const double (*x)[3], int n) ") + loop) == "n");
  CHECK(length_in(std::string("double f(const double x[][3], int n) ") + loop) == "n");
}

TEST_CASE("a condition on data or sizes leaves the length to the loops") {
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) if (s < 3) s += x[i];") == "n");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) if (x[i] < 3) s += x[i];") == "n");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) if (i > 0) s += x[i - 1];") == "(n - 1i)");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) s += x[i] * (i > 0 ? x[i - 1] : 0);") == "n");
  CHECK(length_of_loop("if (n == 0) return 0; for (int i = 0; i < n; ++i) s += x[i];") == "n");
  CHECK(length_of_loop("if (m == 1) for (int i = 0; i < n; ++i) s += x[i];") == "n");
  CHECK(length_of_loop(
            "for (int i = 0; i < n; ++i) if (m == 1) s += x[i]; else s += x[i] * x[i];") == "n");
}

TEST_CASE("what both sides of a condition access is under no condition") {
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) if (i % 2 == 0) s += x[i]; else s -= x[i] * "
                       "x[i];") == "n");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) s += s > 3 ? x[i] : s > 2 ? 2 * x[i] : "
                       "-x[i];") == "n");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) s += s > 3 ? x[i] : s > 2 ? 2 * x[i] : s;") ==
        "n");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) if (s > 3) s += x[i]; else s -= x[i + 1];") ==
        "?");
}

TEST_CASE("a condition on an index bounds it") {
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) if (i + 1 < n) s += x[i + 1];") == "n");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) s += i < n - 1 ? x[i + 1] - x[i] : 0;") == "n");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) if (!(i >= n - 2 || i < 1)) s += x[i + 2];") ==
        "n");
  CHECK(length_of_loop(
            "for (int i = 0; i < n; ++i) { if (i + 1 == n) continue; s += x[i + 1]; }") == "n");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) { if (i == 0) continue; s += x[i - 1]; }") ==
        "(n - 1i)");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) { if (i == m) continue; s += x[i]; }") == "?");
  CHECK(length_of_loop("for (int i = 0; i < m; ++i) for (int j = 0; j < n; ++j) "
                       "s += x[i * n + j] * (i + 1 < m ? x[(i + 1) * n + j] : 1);") == "(n * m)");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) for (int j = 0; j < n; ++j) "
                       "if (i != j) s += x[i * n + j];") == "(n * n)");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) for (int j = 0; j < m; ++j) "
                       "if (i + j - m / 2 >= 0 && i + j - m / 2 < n) s += x[i + j - m / 2];") ==
        "min((((n + m) - (m / 2i)) - 1i), n)");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) for (int j = 0; j < 2 * m + 1; ++j) "
                       "if (i + j - m >= 0 && i + j - m < n) s += x[i + j - m];") == "n");
}

TEST_CASE("conditions count that are joined, repeated, or alternatives") {
  CHECK(length_of_loop(
            "for (int i = 0; i < n; ++i) if (i + 1 < n && s > x[i + 1]) s += x[i + 1];") == "n");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) { if (i + 1 >= n || s > x[i]) continue; "
                       "s += x[i + 1]; }") == "n");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) { bool ok = true; if (i + 1 >= n) ok = false; "
                       "if (ok) s += x[i + 1]; }") == "n");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) for (int j = 0; j < m; ++j) "
                       "if (i + j < n && x[j] > 0) s += x[i + j];") == "?");
  // One path goes further than the other.
  CHECK(
      length_of_loop("for (int i = 0; i < n; ++i) if (i < n - 1) s += x[i] * x[i]; else if (s > 3) "
                     "s += x[i];") == "n");
  CHECK(length_of_loop("for (int i = 0; i < m; ++i) for (int j = 0; j < n; ++j) {\n"
                       "if (i == 0 || j == 0 || i == m - 1 || j == n - 1) { s += x[i * n + j]; "
                       "continue; }\n"
                       "const double l = x[(i - 1) * n + j] + x[(i + 1) * n + j] - x[i * n + j];\n"
                       "s += l * l; }") == "(n * m)");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) if (double(i) < 3.5) s += x[i];") == "?");
}

TEST_CASE("of several limits the least counts") {
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) for (int j = 0; j < n; ++j) "
                       "if (i + j < 2 * m && i + j < m) s += x[i + j];") ==
        "min(min(((2i * n) - 1i), (2i * m)), m)");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) for (int j = 0; j < m; ++j) "
                       "if (i + j < n && i + j < n + 1) s += x[i + j];") == "n");
}

TEST_CASE("a condition that may shorten a loop or not leaves the length open") {
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) if (i < m) s += x[i];") == "?");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) if (i < m || s > 3) s += x[i];") == "?");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) if (i * i < n) s += x[i];") == "?");
  CHECK(length_in("double f(const double* x, const data<int>* k, int n) { double s = 0; "
                  "for (int i = 0; i < n; ++i) if (i < k[0]) s += x[i]; return s; }") == "?");
  CHECK(length_in("double f(const double* x, const data<int>* k, int n) { double s = 0; "
                  "for (int i = 0; i < n; ++i) if (k[i] == 1) s += x[i]; return s; }") == "n");
}

TEST_CASE("subscripts made of pieces lie below a length that others tell") {
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) s += x[i] * x[(i + 1) % n];") == "n");
  CHECK(length_of_loop(
            "for (int i = 0; i < n; ++i) s += x[i] * x[i / 2] * x[i > 0 ? i - 1 : 0];") == "n");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) s += x[i] * x[i + 1 < n ? i + 1 : n - 1];") ==
        "n");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) s += x[i / 2];") == "?");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) s += x[i] * x[(i + 1) % m];") == "?");
}

TEST_CASE("all pairs of elements tell the length, above the diagonal and below") {
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) for (int j = i + 1; j < n; ++j) s += x[i] * "
                       "x[j];") == "n");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) for (int j = 0; j < i; ++j) s += x[i] * "
                       "x[j];") == "n");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) for (int j = i + 1; j < n; ++j) s += x[i];") ==
        "?");
}

TEST_CASE("a row of unknown length is as long as the subscripts that it makes are valid") {
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) s += x[i * m];") == "(((n * m) + 1i) - m)");
}

TEST_CASE("a length that nothing tells is open") {
  CHECK(length_in("double f(const double* x, const data<int>* k, int n) { double s = 0; "
                  "for (int i = 0; i < n; ++i) s += x[k[i]]; return s; }") == "?");
  CHECK(length_in("double f(const data<double>* x, const data<int>* k, double y, int n) { "
                  "for (int i = 0; i < n; ++i) y += x[k[i]]; return y; }") == "?");
  CHECK(length_in("double f(const data<double>* x, const data<int>* k, double y, int n) { "
                  "for (int i = 0; i < n; ++i) y += x[k[i]]; return y; }",
                  "k") == "n");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) for (int j = 0; j < n - 1 - i; ++j) "
                       "s += x[i * m + j];") == "?");
  CHECK(length_in("double f(const double* x, double y) { return y; }") == "?");
}

TEST_CASE("a length that the user gives takes the place of what the subscripts tell") {
  const std::string text =
      "double f(const double* x, const int* k, int n, int d) { double s = 0; "
      "for (int i = 0; i < n; ++i) s += x[k[i]]; return s; }";
  const auto given = [&](const std::string& length) -> std::string {
    ReadOptions options;
    options.lengths = {length};
    try {
      const auto spec = spec_of(text, options);
      REQUIRE(spec);
      const Function f = spec->lower(0);
      return to_infix(f.graph, f.length(f.graph.find_input("x[#]"))->value);
    } catch (const Refusal& refusal) {
      return refusal.code();
    }
  };
  CHECK(given("x=n*d") == "(n * d)");
  CHECK(given("f:x=max(n, 2 * d - 1)") == "max(n, ((2i * d) - 1i))");
  CHECK(given("x=17") == "17i");
  CHECK(given("x=k[n]") == "k[][n]");
  CHECK(given("x=k[0]") == "k[][0]");
  CHECK(given("x=k[k[n]]") == "k[][k[][n]]");
  CHECK(given("x=k") == "gs-length-option");
  CHECK(given("x=k + n") == "gs-length-option");
  CHECK(given("x=k[n][d]") == "gs-length-option");
  CHECK(given("x=k[n - 1] + 1") == "(k[][(n - 1)] + 1i)");
  CHECK(given("x=x[n]") == "gs-length-option");
  CHECK(given("x=m[n]") == "gs-length-option");
  CHECK(given("x") == "gs-length-option");
  CHECK(given("x=n+") == "gs-length-option");
  CHECK(given("x=m") == "gs-length-option");
  CHECK(given("z=n") == "gs-length-option");
  CHECK(given("n=n") == "gs-length-option");
  CHECK(given("x=exp(n)") == "gs-length-option");
}

TEST_CASE("a length that a list took apart at a comma is one") {
  ReadOptions options;
  options.lengths = {"x=max(n", "d)", "k=n"};
  const auto spec = spec_of(
      "double f(const double* x, const int* k, int n, int d) { double s = 0; "
      "for (int i = 0; i < n; ++i) s += x[k[i]]; return s; }",
      options);
  REQUIRE(spec);
  const Function f = spec->lower(0);
  CHECK(to_infix(f.graph, f.length(f.graph.find_input("x[#]"))->value) == "max(n, d)");
}

/// The way out of the refusal of a function's gradient.
static std::string way_out(const std::string& text) {
  const auto spec = spec_of("#include <gradsmith/spec.hpp>\nusing gradsmith::data;\n" + text);
  REQUIRE(spec);
  try {
    spec->lower(0);
  } catch (const Refusal& refusal) {
    CHECK(refusal.code() == "gs-unknown-length");
    return refusal.way_out();
  }
  return "";
}

TEST_CASE("the message names a length that is likely") {
  CHECK(way_out("double f(const double* x, const int* len, int n, int T) { double s = 0; for (int "
                "i = 0; i < n; ++i) for (int t = 0; t < len[i]; ++t) s += x[i * T + t]; return s; "
                "}")
            .ends_with("--length=x=n*T"));
  CHECK(way_out("double f(const double* x, const int* start, int n) { double s = 0; for (int i = "
                "0; i < n; ++i) for (int p = start[i]; p < start[i + 1]; ++p) s += x[p]; return s; "
                "}")
            .ends_with("--length=x=start[n]"));
  CHECK(way_out("double f(const double* x, const int* a, const int* b, int n) { double s = 0; for "
                "(int i = 0; i < n; ++i) for (int p = a[i]; p < b[i]; ++p) s += x[p]; return s; }")
            .ends_with("--length=x=..."));
  CHECK(way_out("double f(const double* x, int n, int hop, int frame) { double s = 0; for (int i = "
                "0; i < n; ++i) for (int j = 0; j < frame; ++j) s += x[i * hop + j]; return s; }")
            .ends_with("--length=x=n*hop-hop+frame"));
  CHECK(way_out("void f(const double* x, const int* keep, int n, double* y) { int m = 0; for (int "
                "i = 0; i < n; ++i) if (keep[i]) y[m++] = x[i]; }") ==
        "write `std::span<double> y`, or say it: --length=y=...");
}

TEST_CASE("written arrays and room for intermediate results have lengths too") {
  const char* text =
      "void f(const double* x, int n, work<double>* w, double* y) { for (int i = 0; i < n; ++i) "
      "w[i] = x[i]; for (int i = 0; i + 1 < n; ++i) y[i] = w[i] * w[i + 1]; }";
  CHECK(length_in(text, "x") == "n");
  CHECK(length_in(text, "w") == "n");
  CHECK(length_in(text, "y") == "(n - 1i)");
}

/// Of w in a function that may write it.
std::string length_of_room(const std::string& body) {
  return length_in(
      "double f(double s, const data<double>* x, const data<int>* k, int n, int m, "
      "work<double>* w) { " +
          body + " return s; }",
      "w");
}

TEST_CASE("room is as long as what is written to it, whatever reads it") {
  const std::string fill = "for (int i = 0; i < n; ++i) w[i] = s * x[i];";
  CHECK(length_of_room(fill + "for (int i = 0; i < n; ++i) s += w[k[i]];") == "n");
  CHECK(length_of_room(fill + "for (int i = 0; i < n; ++i) s += w[i + 1 < n ? i + 1 : 0];") == "n");
  CHECK(length_of_room(fill + "for (int i = 0; i < n; ++i) if (i > 0) s += w[i - 1];") == "n");
  CHECK(length_of_room("for (int i = 0; i < n; ++i) { for (int j = 0; j < m; ++j) w[j] = s * "
                       "x[i * m + j]; s += w[k[i]]; }") == "m");
}

TEST_CASE("room has the length of its writes also where a condition or a stride leaves some out") {
  const std::string read = "for (int i = 0; i < n; ++i) s += w[k[i]];";
  CHECK(length_of_room(
            "for (int i = 0; i < n; ++i) { if (x[i] > 0) w[i] = s; else w[i + m] = 1; }" + read) ==
        "max(n, (n + m))");
  CHECK(length_of_room("for (int i = 0; i < n; i += 2) w[i] = s;" + read) == "n");
  CHECK(length_of_room("if (m == 1) for (int i = 0; i < n; ++i) w[i] = s;" + read) == "n");
}

TEST_CASE("room holds what is written before a loop that may make no trip") {
  const std::string fill = "for (int i = 0; i < n; ++i) w[i] = s * x[i];";
  CHECK(length_of_room("w[0] = 1;" + fill + "for (int i = 0; i < n; ++i) s += w[k[i]];") ==
        "max(n, 1i)");
  CHECK(length_of_room(fill + "for (int i = 0; i < n; ++i) s += w[0] * w[i];") == "max(n, 1i)");
}

TEST_CASE("room that is added to where data says is as long as what was written before") {
  CHECK(
      length_of_room("for (int i = 0; i < m; ++i) w[i] = 0; for (int i = 0; i < n; ++i) w[k[i]] += "
                     "x[i]; for (int i = 0; i < m; ++i) s += w[i] * w[i];") == "m");
}

TEST_CASE("room that is written where data says has no length that is known") {
  CHECK(length_of_room("for (int i = 0; i < n; ++i) w[k[i]] = s; for (int i = 0; i < n; ++i) s += "
                       "w[i];") == "?");
}

}  // namespace gradsmith
