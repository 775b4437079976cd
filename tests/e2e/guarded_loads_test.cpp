// Elements that only a condition keeps inside an array are read under it, in every derivative, and
// what vectors hand on is where C++ has it.

#include <catch2/catch.hpp>

#include "bodies.hpp"
#include "loop_survey.hpp"
#include "process.hpp"

namespace {

using e2e::compare_bodies;

/// n - 5 is no place for n up to 4; 2 is none for n up to 2.
const std::vector<std::string> kOwn = {
    "std::vector<double> v(x, x + n);\n  const int k = n - 5;\n"
    "  for (int i = 1; i < n; ++i) v[i] += v[i - 1] * c;\n"
    "  for (int i = 0; i < n; ++i)\n    if (k >= 0) s += v[k] * x[i];",
    "std::vector<double> v(x, x + n), w(n);\n"
    "  for (int i = 1; i < n; ++i) v[i] += v[i - 1] * x[i];\n"
    "  for (int i = 0; i < n; ++i) w[i] = v[i] / (2 + v[n - 1] * v[0]);\n"
    "  for (double e : w) s += e * e;",
    "if (n < 3) return c;\n  std::vector<double> y(x, x + n);\n"
    "  for (int i = 1; i < n; ++i) y[i] += c * y[i - 1];\n  s += y[2] * y[0] * y[n - 1];",
    "std::vector<double> y(x, x + n);\n  const int k = n - 5;\n"
    "  for (int i = 1; i < n; ++i) y[i] += c * std::sin(y[i - 1]);\n  double last = 1;\n"
    "  if (k >= 0) last = y[k] * y[0];\n  for (int i = 0; i < n; ++i) s += last * y[i];",
    // The array changes while the element is needed.
    "std::vector<double> y(x, x + n);\n  const int k = n - 5, m = n - 3;\n"
    "  for (int t = 0; t < 3; ++t) {\n    if (k >= 0 && m < n) {\n"
    "      const double e = y[k] * x[m] * (s + 1);\n"
    "      s = s * 0.5 + (e > 0.1 ? e * e : std::sin(e));\n      y[m] = s;\n    }\n"
    "    for (int i = 1; i < n; ++i) y[i] += y[i - 1] * c;\n  }\n"
    "  for (int i = 0; i < n; ++i) s += y[i];",
    // Places that there are only where a loop makes a trip.
    "int m = 5;\n  for (int i = 0; i < n; ++i) s = std::sin(s + x[i] * x[m % n]);",
    "std::vector<int> next(n);\n  for (int i = 0; i < n; ++i) next[i] = (i + 2) % n;\n"
    "  std::vector<double> v(x, x + n);\n"
    "  for (int i = 0; i < n; ++i) s += x[i] * std::sin(v[next[0]] * c);",
    // Elements of the row before that the row has not set yet, and one that has just been changed.
    "std::vector<double> z(x, x + n), v(n, 0.5);\n  for (int i = 0; i < n; ++i)\n"
    "    for (int j = 0; j < n; ++j) {\n      z[j] = std::sin(x[j] * v[j]);\n"
    "      v[j] = std::sin(z[n - 1 - j] * c);\n    }\n"
    "  for (int i = 0; i < n; ++i) s += z[i] * v[i];",
    "std::vector<double> v(n);\n  for (int i = 1; i < n; ++i) {\n    if (i % 2 == 0) {\n"
    "      for (int j = 0; j < n; ++j) v[i] += 0.3 * x[j] * x[n - 1 - j];\n"
    "      s += std::sin(x[i] * v[std::min(i + 2, n - 1)]);\n    }\n    v[i] += 0.5;\n  }"};

/// Arrays of each trip's own that may have no elements.
const std::vector<std::string> kEmpty = {
    "const int m = n / 2;\n  for (int i = 0; i < n; ++i) {\n"
    "    std::vector<double> v(x, x + m);\n"
    "    for (int k = 1; k < m; ++k)\n      if (x[k] > 0) v[k] = 2 * x[k];\n"
    "    if (m > 0) v[m / 2] = x[i];\n    for (int k = 0; k < m; ++k) s += v[k] * x[k];\n  }",
    "const int m = n / 2;\n  for (int i = 0; i < n; ++i) {\n"
    "    std::vector<double> z(m, 0.0), v(x, x + m);\n"
    "    for (int k = 1; k < m; ++k)\n      if (x[k] > c) v[k] = x[k] * c;\n"
    "    if (m > 0) v[m / 2] = x[i];\n    for (int k = 0; k < m; ++k) s += z[k] * v[k] * 0.3;\n"
    "    for (int k = 0; k < m; ++k) z[k] += x[k];\n"
    "    for (int k = 0; k < m; ++k) s += z[k] * z[k];\n  }",
    "const int m = n / 2;\n  for (int i = 0; i < n; ++i) {\n    std::vector<double> v(m, 0.0);\n"
    "    for (int k = 0; k < m; ++k)\n      if (x[k] > c) v[k] += s * 0.1 + v[m - 1 - k];\n"
    "    for (int k = 0; k < m; ++k) s += v[k] * v[0] * 0.3;\n"
    "    for (int k = m - 1; k >= 0; --k) v[k] = s * 0.1 * c;\n"
    "    for (int k = 0; k < m; ++k) s += v[k] * v[k];\n  }"};

/// Sums of the first elements of longer arrays.
const std::vector<std::string> kLonger = {
    "std::vector<double> v(n), w(x, x + n + 1);\n"
    "  for (int k = 1; k < n + 1; ++k) w[k] += c * w[k - 1];\n"
    "  for (int k = 0; k < n; ++k) v[k] = x[k] + w[k];\n"
    "  for (int k = 0; k < n; ++k) v[k] *= v[n - 1 - k] + c;\n"
    "  for (int k = 0; k < n; ++k) s += v[k] * v[k] * x[k + 1];",
    "for (int t = 0; t < n; ++t) {\n    std::vector<double> z(n, 0.0);\n"
    "    for (int k = 0; k < n; ++k) z[k] += x[k];\n"
    "    for (int k = 0; k < n; ++k) s += z[k] * z[k] * x[t + 2];\n  }"};

const std::vector<std::string> kConditions = {
    // What is compared is not there either.
    "const int k = n - 5;\n  for (int t = 0; t < 2; ++t) {\n    if (k >= 0 && k < n) {\n"
    "      double e = x[k] * (s + 1);\n      if (e < 0) e = -e;\n      s = s * 0.5 + e * e;\n"
    "    }\n    for (int i = 0; i < n; ++i) s += 0.25 * x[i] * s;\n  }",
    "const int k = n - 5;\n  for (int i = 0; i < n; ++i) {\n    if (k < 0) continue;\n"
    "    const double p = x[k] > x[i] ? x[k] - x[i] : x[i] * x[k];\n"
    "    s = s * std::cos(p) + (i > 0 && x[i - 1] > 0 ? x[i - 1] * p : p * p);\n  }",
    "const int k = n - 4;\n  if (n > 2 && k > 0) {\n"
    "    const double a = x[k - 1], b = x[k + 1];\n    double most = 0;\n"
    "    for (int i = 0; i < n; ++i) {\n      const double e = std::fabs(a - x[i]) * b;\n"
    "      if (e > most) most = e;\n    }\n    s += most * a * b;\n  }",
    // The place that a maximum was found at, where there is none.
    "double lo = 0.2, r = 0;\n  for (int t = 0; t < 3; ++t) {\n    double worst = 0;\n"
    "    for (int i = 0; i < n; ++i) {\n      const double e = std::fabs(x[i] * lo - c);\n"
    "      if (e > worst) worst = e;\n    }\n    lo = lo * 0.5 + worst;\n    r += worst * lo;\n"
    "  }\n  s += r;"};

/// Loops over what an earlier one has counted.
const std::vector<std::string> kCounted = {
    "int top = 0;\n  for (int i = 0; i < n; ++i)\n    if (x[i] > 0) ++top;\n"
    "  for (int i = 0; i < top; ++i) s = 0.5 * s * x[i] + 1;",
    "std::vector<double> found(n);\n  int top = 0;\n  for (int i = 0; i < n; ++i) {\n"
    "    if (x[i] > 0.1) {\n      found[top] = x[i];\n      top = top + 1;\n    }\n  }\n"
    "  for (int i = 0; i < top; ++i) s = 0.5 * s * s + found[i] * c;",
    "int left = n;\n  for (int i = 0; i < n; ++i)\n    if (x[i] > 0.2) left -= 1;\n"
    "  std::vector<double> y(x, x + n);\n  for (int t = 0; t < left; ++t)\n"
    "    for (int i = 1; i < n; ++i) y[i] += 0.25 * c * y[i - 1];\n"
    "  for (double e : y) s += e * e;"};

/// A vector that has been moved from has no elements, and one that was swapped the other's.
const std::vector<std::string> kMoved = {
    "std::vector<double> a(x, x + n), b = std::move(a);\n  for (double e : a) s += e;\n"
    "  for (double e : b) s += 10 * e * c;\n  s += static_cast<double>(a.size() + 2 * b.size());",
    "std::vector<double> a(x, x + n), b;\n  b = std::move(a);\n  a.resize(n);\n"
    "  for (int i = 0; i < n; ++i) s += a[i] + 10 * b[i] * b[i];",
    "std::vector<double> a(x, x + n);\n  auto sum = [](std::vector<double> v) {\n"
    "    double t = 0;\n    for (double e : v) t += e * e;\n    return t;\n  };\n"
    "  s += sum(a) * c;\n  s += sum(std::move(a));\n  if (a.empty()) s *= 3;",
    "std::vector<double> a(x, x + n), b(n, c);\n  const std::vector<double>& of_a = a;\n"
    "  std::swap(a, b);\n  const double* p = a.data();\n"
    "  for (int i = 0; i < n; ++i) s += p[i] * 100 + of_a[i] * 10 + b[i];"};

}  // namespace

TEST_CASE("elements of a function's own arrays are read where the author reads them") {
  compare_bodies({.folder = "guarded_own", .bodies = kOwn});
}

TEST_CASE("elements of arrays without any are neither read nor set") {
  compare_bodies({.folder = "guarded_empty", .bodies = kEmpty});
}

TEST_CASE("sums of parts of longer arrays are as long as they are asked for") {
  compare_bodies({.folder = "longer", .length = "n + 2", .bodies = kLonger});
}

TEST_CASE("elements that are compared under a condition are read under it") {
  compare_bodies({.folder = "guarded_conditions", .bodies = kConditions});
}

TEST_CASE("loops may run as often as an earlier one has counted") {
  compare_bodies({.folder = "counted", .bodies = kCounted});
}

TEST_CASE("vectors that are moved from are empty") {
  compare_bodies({.folder = "moved", .bodies = kMoved});
}

TEST_CASE("pointers and references into vectors that have changed places are refused") {
  const std::filesystem::path folder = e2e::fresh_folder("stale_pointers");
  const auto code_of = [&](const std::string& body) {
    e2e::write_file(folder / "f.cpp",
                    "#include <utility>\n#include <vector>\n"
                    "double f(const double* x, int n) {\n  double s = 0;\n"
                    "  std::vector<double> a(x, x + n), b(n);\n  " +
                        body + "\n  return s;\n}\n");
    const e2e::Ran ran = e2e::gradsmith({"generate", "f.cpp", "--emit=value,gradient"}, folder);
    return ran.status == 0 ? "" : e2e::code_of_refusal(ran.err);
  };
  const std::string stale = "gs-unknown-memory";
  const std::string use = "for (int i = 0; i < n; ++i) s += p[i];";
  CHECK(code_of("const double* p = a.data(); std::swap(a, b); " + use) == stale);
  CHECK(code_of("const double* p = a.data(); b = std::move(a); " + use) == stale);
  CHECK(code_of("const double* p = b.data(); b = std::move(a); " + use) == stale);
  CHECK(code_of("if (n > 0) { double& r = a[0]; a.swap(b); r = 7; } s += b[0];") == stale);
  CHECK(code_of("for (auto it = a.begin(); it != a.end(); ++it) s += *it; a.swap(b); "
                "for (double e : a) s += e;") == "");
  // In the next trip.
  CHECK(code_of("double* p = a.data(); for (int t = 0; t < 3; ++t) { p[0] += 1; a.swap(b); }") ==
        stale);
  CHECK(code_of("for (int t = 0; t < 3; ++t) { double* p = a.data(); "
                "for (int i = 0; i < n; ++i) p[i] += 1; a.swap(b); } s = n > 0 ? a[0] : 0;") == "");
  // Those that have been taken again.
  CHECK(code_of("double* p = a.data(); s += n > 0 ? p[0] : 0; a.swap(b); p = a.data(); " + use) ==
        "");
}
