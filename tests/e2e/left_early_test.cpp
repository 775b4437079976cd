// Loops that `break` and `return` leave: the way back begins in the last trip that ran.

#include <catch2/catch.hpp>

#include "bodies.hpp"
#include "process.hpp"

namespace {

using e2e::compare_bodies;

/// The condition first, last, and in between; in a helper; in what it reads and what it changes.
const std::vector<std::string> kLeft = {
    "for (int i = 0; i < n; ++i) {\n    const double r = s * s - x[i];\n"
    "    if (std::fabs(r) < 0.4) break;\n    s -= 0.3 * r / (s * s + 3);\n  }",
    "for (int i = 0; i < n; ++i) {\n    s = s * x[i] + c;\n    if (s > 1.5) return s * (i + 1);\n"
    "  }",
    "double a = c;\n  for (int i = n - 1; i >= 0; --i) {\n    a *= 1 + 0.3 * x[i];\n"
    "    if (a > 1.4) break;\n    s += a * x[i];\n    if (s < -0.8) { s *= a; break; }\n"
    "    a -= 0.1 * s;\n  }\n  s *= a;",
    "for (int i = 1; i < n; i += 2) {\n    s *= 1 + x[i] * s;\n"
    "    if (s * x[i - 1] < -0.1) break;\n  }",
    "int last = 0;\n  for (int i = 0; i < n; ++i) {\n    if (x[i] < -0.7) break;\n"
    "    s += x[i] * x[i];\n    last = i;\n  }\n  if (n > 0) s *= x[last];",
    "int i = 0;\n  double e = 1;\n  while (e > 0.05 && i < n) {\n"
    "    const double old = s;\n    s = 0.5 * s + 0.4 * std::sin(s + x[i]);\n"
    "    e = std::fabs(s - old);\n    ++i;\n  }\n  s += e * i;"};

/// Loops in loops, of which either is left; arrays that such loops change.
const std::vector<std::string> kNested = {
    "for (int i = 0; i < n; ++i) {\n    double r = 1;\n    for (int j = 0; j < n; ++j) {\n"
    "      r = r * std::cos(x[i] * x[j]) + 0.1 * s;\n      if (r < 0.7) break;\n    }\n"
    "    s += 0.3 * r * s;\n    if (s > 4) return s * r;\n  }",
    "for (int i = 0; i < n; ++i) {\n    double r = 1;\n    for (int j = 0; j <= i; ++j) {\n"
    "      r *= 0.8 + x[j] * c;\n      if (r < 0.5) return s * r;\n    }\n    s += r * s;\n  }",
    "std::vector<double> u(n, 0.5);\n  for (int k = 0; k < 9; ++k) {\n    double worst = 0;\n"
    "    for (int i = 0; i < n; ++i) {\n      const double now = 0.4 * std::sin(u[i] + x[i] * c);\n"
    "      worst = std::max(worst, std::fabs(now - u[i]));\n      u[i] = now;\n    }\n"
    "    if (worst < 0.02) break;\n  }\n  for (double e : u) s += e * e;",
    "std::vector<double> u(n), v(n);\n  for (int i = 0; i < n; ++i) u[i] = x[i];\n"
    "  for (int k = 0; k < 6; ++k) {\n    double change = 0;\n    for (int i = 0; i < n; ++i) {\n"
    "      v[i] = c + 0.3 * u[(i + 1) % n] * x[i];\n      change += std::fabs(v[i] - u[i]);\n    "
    "}\n"
    "    std::swap(u, v);\n    if (change < 0.3) break;\n  }\n  for (double e : u) s += e * e;",
    "std::vector<double> v(x, x + n);\n  for (int k = 0; k < n; ++k) {\n"
    "    for (int i = 1; i < n; ++i) v[i] = 0.6 * v[i] + c * v[i - 1] * v[i];\n"
    "    if (v[n - 1] < 0.05) break;\n  }\n  for (int i = 0; i < n; ++i) s += v[i] * (i + 1);"};

/// Results that are there in the trip that returns them alone, and several ways out.
const std::vector<std::string> kReturned = {
    "for (int i = 0; i < n; ++i) {\n    if (x[i] <= 0) continue;\n"
    "    const double l = std::log(x[i]) * std::sqrt(x[i]);\n    s += l * c;\n"
    "    if (s > 0.8) return l;\n    if (s < -0.8) return s / l;\n  }",
    "for (int i = 0; i < n; ++i) {\n    if (i == 0) { s += x[0]; continue; }\n"
    "    s += x[i - 1] * s;\n    if (s > 0.6) return s * x[i - 1];\n"
    "    if (i + 1 < n && x[i + 1] > s) return x[i + 1] - s;\n  }",
    "for (int i = 0; i < n; ++i) {\n    if (x[i] < -0.9) break;\n    s += x[i] * s + 0.1;\n"
    "    if (s > 3) return s * x[i];\n  }",
    "for (int i = 0; i < n; ++i) {\n    int j = n - 1;\n    double t = s;\n"
    "    while (j >= 0) {\n      t += x[j] * c;\n      if (t > 0.8) break;\n      --j;\n    }\n"
    "    if (j < 0) { s -= 0.1 * t; continue; }\n    s += t * x[j];\n    if (s > 2) return s;\n"
    "  }",
    "for (int i = 0; i < n; ++i) {\n    double lo = 0, hi = 2, at_lo = -x[i], r = -1;\n"
    "    for (int k = 0; k < 12; ++k) {\n      const double m = 0.5 * (lo + hi);\n"
    "      const double at = m * m + c * m - x[i];\n"
    "      if (std::fabs(at) < 1e-3) { r = m; break; }\n"
    "      if (at_lo * at < 0) hi = m; else { lo = m; at_lo = at; }\n    }\n"
    "    s += r * x[i];\n  }"};

std::string gradient_of(const std::string& name, const std::string& body) {
  const auto folder = e2e::fresh_folder(name);
  e2e::write_file(folder / "f.cpp",
                  "#include <cmath>\ndouble f(double c, const double* x, int n) "
                  "{\n  double s = c;\n  " +
                      body + "\n  return s;\n}\n");
  const e2e::Ran ran =
      e2e::gradsmith({"generate", "f.cpp", "--emit=gradient", "--length=x=n", "--stdout"}, folder);
  INFO(ran.err);
  REQUIRE(ran.status == 0);
  const std::size_t at = ran.out.find("inline double f_gradient(");
  REQUIRE(at != std::string::npos);
  return ran.out.substr(at);
}

/// Arrays that each trip begins alike and changes on one side of a choice; what only some trips
/// read.
const std::vector<std::string> kBegun = {
    "for (int i = 0; i < n; ++i) {\n    std::vector<double> v(n, 1.0);\n"
    "    if (x[i] > 0) for (int k = 0; k < n; ++k) v[k] = x[i];\n    if (s > 50) break;\n"
    "    for (int k = 0; k < n; ++k) s += v[k] * v[k];\n    s = std::sin(s);\n  }",
    "for (int i = 0; i < n; ++i) {\n    std::vector<double> w(n);\n    if (c > 5) break;\n"
    "    for (int k = 0; k < n; ++k) w[k] = s;\n    w[0] = x[i];\n"
    "    for (int k = 0; k < n; ++k) s += 0.1 * w[k] * w[k];\n"
    "    if (x[i] > -0.3) for (int k = 0; k < n; ++k) s += x[k] * w[k];\n    s = std::sin(s);\n  }",
    "double e = 0;\n  for (int r = 0; r < n; ++r) {\n"
    "    double t = r + 1 < n ? std::exp(x[r + 1]) : 0.5;\n"
    "    for (int k = 0; k < n; ++k) { t += c; if (t > 4) break; }\n    e += t * t;\n  }\n  s += "
    "e;",
    "for (int r = 0; r < n; ++r) {\n    double t = 0.5;\n    for (int k = 0; k < n; ++k) {\n"
    "      t += (k + 1 < n ? x[k + 1] : 0.5) * std::cos(x[k] * c);\n"
    "      if (t > 2) break;\n    }\n    s += t * t * x[r];\n  }"};

}  // namespace

TEST_CASE("loops that are left early have the spec's derivatives", "[loops]") {
  compare_bodies({.folder = "left_early", .bodies = kLeft});
  compare_bodies({.folder = "left_nested", .bodies = kNested});
  compare_bodies({.folder = "left_returned", .bodies = kReturned});
  compare_bodies({.folder = "left_begun", .bodies = kBegun});
}

TEST_CASE("the way back through a loop that was left begins where it was left", "[loops]") {
  // One loop forwards, which stores what is needed as long as it runs, and one back.
  const std::string text = gradient_of("left_text", kLeft[0]);
  INFO(text);
  CHECK(e2e::occurrences(text, "&& !stopped") == 1);
  CHECK(e2e::occurrences(text, "for (int i = trips - 1; i > -1; --i)") == 1);
  CHECK(e2e::occurrences(text, "for (") == 3);  // and zeros
  CHECK(e2e::occurrences(text, "std::fabs") == 1);
  // Either of two ways out ends it.
  const std::string two = gradient_of("left_two_text", kReturned[2]);
  INFO(two);
  CHECK(e2e::occurrences(two, "&& !stopped_2") == 1);
  CHECK(e2e::occurrences(two, "count_1 = trips - 1") == 1);
  const std::string inner = gradient_of("left_inner_text", kNested[0]);
  INFO(inner);
  CHECK(e2e::occurrences(inner, "trips - 1") > 0);
  CHECK(e2e::occurrences(inner, "trips_ - 1; j > -1") > 0);
  CHECK(e2e::occurrences(inner, "&& !stopped") ==
        e2e::occurrences(inner, "trips += 1") + e2e::occurrences(inner, "trips_ += 1") + 1);
}
