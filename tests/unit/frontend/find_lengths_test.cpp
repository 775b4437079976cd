// How long an array is that comes as a pointer: by hand, for every kind of subscript.

#include "unit/frontend/texts.hpp"

namespace gradsmith {
namespace {

const char* kPrelude =
    "#include <cmath>\n#include <cstddef>\n#include <gradsmith/spec.hpp>\n"
    "using gradsmith::data; using gradsmith::work;\n";

/// The length of a parameter of the first function of a spec; "?" where it is not known.
std::string length_in(const std::string& text, const std::string& name = "x") {
  const auto spec = spec_of(kPrelude + text);
  REQUIRE(spec);
  REQUIRE(!spec->entries().empty());
  Function f;
  try {
    f = spec->lower(0);
  } catch (const Refusal& refusal) {
    return refusal.code() == "gs-unknown-length" ? "?" : refusal.code();
  }
  CHECK(violations(f) == std::vector<std::string>{});
  for (const Length& length : f.lengths) {
    if (f.graph.input_name(length.input) != name + "[#]") continue;
    return length.value == kNoNode ? "?" : to_infix(f.graph, length.value);
  }
  return "none";
}

/// Of x in a function of x and the integers n and m, whose loop adds to s.
std::string length_of_loop(const std::string& loop) {
  return length_in("double f(const double* x, int n, int m) { double s = 0; " + loop +
                   " return s; }");
}

}  // namespace

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

TEST_CASE("a multi-dimensional array has a length in its first extent") {
  const char* loop =
      "{ double s = 0; for (int i = 0; i < n; ++i) for (int j = 0; j < 3; ++j) s += x[i][j]; "
      "return s; }";
  CHECK(length_in(std::string("double f(const double (*x)[3], int n) ") + loop) == "n");
  CHECK(length_in(std::string("double f(const double x[][3], int n) ") + loop) == "n");
}

TEST_CASE("a condition on data leaves the length open, one on sizes does not") {
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) if (s < 3) s += x[i];") == "?");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) if (x[i] < 3) s += x[i];") == "n");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) if (i > 0) s += x[i - 1];") == "?");
  CHECK(length_of_loop("for (int i = 0; i < n; ++i) s += x[i] * (i > 0 ? x[i - 1] : 0);") == "n");
  CHECK(length_of_loop("if (n == 0) return 0; for (int i = 0; i < n; ++i) s += x[i];") == "n");
  CHECK(length_of_loop("if (m == 1) for (int i = 0; i < n; ++i) s += x[i];") == "?");
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

TEST_CASE("written arrays and room for intermediate results have lengths too") {
  const char* text =
      "void f(const double* x, int n, work<double>* w, double* y) { for (int i = 0; i < n; ++i) "
      "w[i] = x[i]; for (int i = 0; i + 1 < n; ++i) y[i] = w[i] * w[i + 1]; }";
  CHECK(length_in(text, "x") == "n");
  CHECK(length_in(text, "w") == "n");
  CHECK(length_in(text, "y") == "(n - 1i)");
}

}  // namespace gradsmith
