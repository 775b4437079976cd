// Loops over neighbouring elements: the way back gathers what neighbours give, at every length and
// at both ends.

#include <catch2/catch.hpp>

#include "bodies.hpp"

namespace {

using e2e::compare_bodies;

const std::vector<std::string> kStencils = {
    // Terms of one value: differences to both sides, once and in steps.
    "for (int i = 1; i + 1 < n; ++i) s += std::sin(x[i] + c * (x[i - 1] - 2 * x[i] + x[i + 1]));",
    "std::vector<double> u(x, x + n), v(n);\n  for (int t = 0; t < 3; ++t) {\n"
    "    for (int i = 1; i + 1 < n; ++i) v[i] = u[i] + c * (u[i - 1] - 2 * u[i] + u[i + 1]);\n"
    "    for (int i = 1; i + 1 < n; ++i) u[i] = v[i];\n  }\n"
    "  for (int i = 0; i < n; ++i) s += u[i] * u[i];",
    // Other factors on either side; five points; no middle; downwards.
    "std::vector<double> u(x, x + n), v(x, x + n);\n  for (int t = 0; t < 3; ++t) {\n"
    "    for (int i = 1; i + 1 < n; ++i) v[i] = u[i] + (c - 0.3) * u[i - 1] - c * c * u[i + 1];\n"
    "    std::swap(u, v);\n  }\n  for (int i = 0; i < n; ++i) s += u[i] * v[i];",
    "std::vector<double> u(x, x + n), v(n);\n  for (int t = 0; t < 2; ++t) {\n"
    "    for (int i = 2; i < n - 2; ++i)\n"
    "      v[i] = c * (16 * (u[i - 1] + u[i + 1]) - u[i - 2] - u[i + 2]) - 30 * u[i];\n"
    "    for (int i = 2; i < n - 2; ++i) u[i] = 0.1 * v[i];\n  }\n"
    "  for (int i = 0; i < n; ++i) s += u[i] * u[i] * u[i];",
    "std::vector<double> u(x, x + n), v(n);\n"
    "  for (int i = 1; i + 1 < n; ++i) v[i] = u[i + 1] - u[i - 1];\n"
    "  for (int i = n - 3; i > 0; --i) s += v[i] * v[i + 1] * c;",
    // A part of the array; sides that are not alike; a value of both the trip and the element.
    "std::vector<double> u(x, x + n), v(n, c);\n  for (int t = 0; t < 3; ++t) {\n"
    "    for (int i = 2; i + 4 < n; ++i) v[i] = u[i - 1] * c + u[i + 3] * (t + 1);\n"
    "    for (int i = 2; i + 4 < n; ++i) u[i] += v[i] * v[i + 1];\n  }\n"
    "  for (int i = 0; i < n; ++i) s += u[i];",
    // Only where the loop runs at all, and only where a condition holds.
    "std::vector<double> u(x, x + n), v(n);\n  for (int t = 0; t < 3; ++t) {\n"
    "    if (n > 4 && x[t] > 0)\n"
    "      for (int i = 1; i < n - 1; ++i) v[i] = c * (u[i - 1] + u[i + 1]);\n"
    "    for (int i = 1; i < n - 1; ++i) u[i] = std::cos(v[i]) + u[i];\n  }\n"
    "  for (int i = 0; i < n; ++i) s += u[i] * u[i];",
    // Rows of a grid, whose neighbours above and below are another row's.
    "std::vector<double> g(n * 5), h(n * 5, 0.0);\n"
    "  for (int i = 0; i < n; ++i)\n    for (int j = 0; j < 5; ++j) g[i * 5 + j] = x[i] * (j + "
    "c);\n"
    "  for (int t = 0; t < 2; ++t) {\n    for (int i = 1; i + 1 < n; ++i)\n"
    "      for (int j = 1; j < 4; ++j)\n"
    "        h[i * 5 + j] = g[i * 5 + j] + c * (g[i * 5 + j - 1] + g[i * 5 + j + 1] +\n"
    "                       g[(i - 1) * 5 + j] + g[(i + 1) * 5 + j] - 4 * g[i * 5 + j]);\n"
    "    std::swap(g, h);\n  }\n  for (double e : g) s += e * e;",
    "std::vector<double> g(n * n), h(n * n, 0.5);\n"
    "  for (int i = 0; i < n; ++i)\n    for (int j = 0; j < n; ++j) g[i * n + j] = x[i] * x[j];\n"
    "  for (int i = 0; i < n; ++i)\n    for (int j = 1; j + 1 < n; ++j)\n"
    "      h[i * n + j] = c * (g[i * n + j - 1] - g[i * n + j + 1]);\n"
    "  for (int i = 0; i < n; ++i)\n    for (int j = 0; j < i; ++j) s += h[i * n + j] * g[j * n + "
    "i];",
    // The same neighbours in each trip of a loop around.
    "for (int k = 0; k < n; ++k)\n    for (int j = 1; j + 1 < n; j += 2) s += x[j - 1] * x[j + 1] "
    "* c;",
    "for (int k = 0; k < n; ++k) {\n    for (int j = 0; j + 1 < n; ++j) s += x[j] * x[j + 1] * c;\n"
    "    for (int j = 0; j < n; ++j) s -= x[j] * x[j];\n  }",
    "for (int k = 0; k < n; ++k) {\n    double p = c;\n"
    "    for (int j = 1; j < n; j += 2) p += x[j - 1] * x[j];\n    s += p * x[k];\n  }",
    // Rows of another length each: their neighbours are not gathered.
    "std::vector<double> u(x, x + n);\n  for (int t = 1; t < n; ++t)\n"
    "    for (int i = 1; i < t; ++i) s += u[i - 1] * u[i + 1 < n ? i + 1 : i] * c;",
    "std::vector<double> u(x, x + n), v(n);\n  for (int t = 1; t < n; ++t) {\n"
    "    for (int i = 1; i + t < n; ++i) v[i] = c * (u[i - 1] + u[i + 1]);\n"
    "    for (int i = 1; i + t < n; ++i) u[i] = 0.5 * v[i] + u[i];\n  }\n"
    "  for (int i = 0; i < n; ++i) s += u[i] * u[i];",
    // What each trip begins alike: an array of the trip's own, of which a part is set.
    "for (int t = 0; t < n; ++t) {\n    std::vector<double> v(n + 2, 0.0);\n"
    "    for (int i = 0; i < n; ++i) v[i + 1] = x[i] * x[t];\n"
    "    for (int i = 0; i < n; ++i) s += v[i] * v[i + 2] * c;\n  }",
    "std::vector<double> w(n + 3, c);\n  for (int t = 0; t < n; ++t) {\n"
    "    std::vector<double> v = w;\n    for (int i = 0; i < n; ++i) v[i + 1] = x[i] * x[t];\n"
    "    if (x[t] > 0) v[0] = x[t];\n    for (double e : v) s += e * e;\n  }",
    "for (int t = 0; t < n; ++t) {\n    double v[4] = {1, 0, 0, c};\n    v[1] = x[t];\n"
    "    v[2] = x[t] * x[0];\n    for (int i = 0; i < 4; ++i) s += std::sin(v[i] * v[3 - i]);\n  "
    "}"};

/// Terms that cost much, or of places that lie two apart and more: what a trip gives to elements of
/// later trips is carried there.
const std::vector<std::string> kCarried = {
    "for (int i = 0; i + 1 < n; ++i) {\n    const double d = x[i + 1] - x[i];\n"
    "    s += std::sqrt(0.01 + c * c + d * d);\n  }",
    "const int m = n / 2;\n  for (int i = 0; i + 1 < m; ++i) {\n"
    "    const double p = x[2 * i + 2] - x[2 * i], q = x[2 * i + 3] - x[2 * i + 1];\n"
    "    const double l = std::sqrt(p * p + q * q) - c;\n    s += 0.5 * l * l;\n  }",
    "for (int i = 1; i < n - 1; ++i) s += std::sqrt(4 + x[i - 1] * x[i]) / (3 + x[i + 1] * c);",
    // No term of the element in between; three apart, which is too far.
    "for (int i = 1; i < n - 1; ++i) s += std::sqrt(9 + x[i - 1] * x[i + 1] + c);",
    "for (int i = 2; i < n - 1; ++i) s += std::sqrt(9 + x[i - 2] * x[i + 1] + c);",
    // Downwards, and from trip to trip.
    "for (int i = n - 2; i >= 0; --i) s = 0.5 * s + std::sqrt(9 + x[i] - c * x[i + 1]);",
    "for (int i = 0; i + 1 < n; ++i) s = std::sin(s + x[i] * x[i + 1]);",
    // Beside places that each trip moves by another distance, or not at all.
    "for (int i = 0; i + 1 < n; ++i) s += std::sqrt(9 + x[i] * x[i + 1] * x[0] + x[n - 1 - i]);",
    "for (int i = 0; i < n / 2; ++i) s += std::sqrt(9 + x[i] * x[i + 1] + x[2 * i] * c);",
    // Rows of a grid; rows that end where the loop around has come.
    "const int m = n / 3;\n  for (int i = 0; i < 3; ++i)\n    for (int j = 0; j + 1 < m; ++j) {\n"
    "      const double d = x[i * m + j + 1] - x[i * m + j];\n"
    "      s += std::log(1 + d * d) * (i < 2 ? x[(i + 1) * m + j] : c);\n    }",
    "for (int i = 0; i < n; ++i)\n    for (int j = 0; j < i; ++j) s += std::sin(x[j] - c * x[j + "
    "1]);",
    // Under conditions, and left early.
    "for (int i = 0; i + 1 < n; ++i)\n    if (x[i] > 0) s += std::sqrt(9 + x[i] - c * x[i + 1]);",
    "for (int i = 0; i + 1 < n && s < 3; ++i) s += std::sqrt(9 + x[i] * x[i + 1]);",
    // Elements that the loop itself sets.
    "std::vector<double> v(x, x + n);\n  for (int i = 0; i + 1 < n; ++i) {\n"
    "    s += std::sin(v[i] * v[i + 1]);\n    v[i + 1] += c * v[i];\n  }",
    "std::vector<double> v(n, c);\n  for (int i = 0; i + 1 < n; ++i) {\n"
    "    v[i] += std::sin(x[i]);\n    v[i + 1] -= std::sin(x[i]);\n  }\n"
    "  for (int i = 0; i < n; ++i) s += v[i] * v[i];"};

}  // namespace

TEST_CASE("what trips give to their neighbours may be carried", "[stencils]") {
  compare_bodies({.folder = "carried", .bodies = kCarried});
}

TEST_CASE("loops over neighbours have the oracle's derivatives at every length", "[stencils]") {
  compare_bodies({.folder = "stencils", .bodies = kStencils});
}
