// Arrays filled row by row of which some columns always hold one number: matrices of motions,
// tables with a margin.

#include <catch2/catch.hpp>

#include "bodies.hpp"

namespace {

using e2e::compare_bodies;

const std::string kTurn =
    "static void turned(const double* a, const double* b, double* out) {\n"
    "  for (int r = 0; r < 4; ++r)\n    for (int k = 0; k < 4; ++k) {\n      double s = 0;\n"
    "      for (int e = 0; e < 4; ++e) s += a[r * 4 + e] * b[e * 4 + k];\n"
    "      out[r * 4 + k] = s;\n    }\n}\n";

const std::vector<std::string> kColumns = {
    // 4 x 4 matrices of a chain, the last row 0 0 0 1.
    "std::vector<double> pose(16 * (n + 1));\n"
    "  for (int e = 0; e < 16; ++e) pose[e] = e % 5 == 0 ? 1 : 0;\n"
    "  for (int i = 0; i < n; ++i) {\n    const double u = std::cos(x[i]), v = std::sin(x[i]);\n"
    "    const double local[16] = {u, -v, 0, c, v, u, 0, 0.5, 0, 0, 1, x[i], 0, 0, 0, 1};\n"
    "    turned(&pose[16 * i], local, &pose[16 * (i + 1)]);\n  }\n"
    "  for (int i = 0; i <= n; ++i)\n"
    "    for (int e = 0; e < 16; ++e) s += pose[16 * i + e] * (e + c);",
    "std::vector<double> pose(12 * n);\n  for (int i = 0; i < n; ++i) {\n"
    "    double b[12] = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0};\n"
    "    if (i > 0) for (int e = 0; e < 12; ++e) b[e] = pose[(i - 1) * 12 + e];\n"
    "    for (int r = 0; r < 3; ++r) {\n      const double p = b[r * 4], q = b[r * 4 + 1];\n"
    "      pose[i * 12 + r * 4] = p * std::cos(x[i]) + q * std::sin(x[i]);\n"
    "      pose[i * 12 + r * 4 + 1] = q * std::cos(x[i]) - p * std::sin(x[i]);\n"
    "      pose[i * 12 + r * 4 + 2] = b[r * 4 + 2];\n"
    "      pose[i * 12 + r * 4 + 3] = b[r * 4 + 3] + p * c;\n    }\n  }\n"
    "  for (int i = 0; i < n; ++i) {\n    const double* at = &pose[((i * 7) % n) * 12];\n"
    "    for (int r = 0; r < 3; ++r)\n"
    "      s += (at[r * 4] * x[i] + at[r * 4 + 1] * c + at[r * 4 + 2] * 0.3 + at[r * 4 + 3]) *\n"
    "           (r + x[0]);\n  }",
    // The other columns change by it; it is no longer one number in the last rows.
    "std::vector<double> a(3 * n + 3, 1.0);\n  for (int i = 1; i <= n; ++i) {\n"
    "    a[3 * i] = a[3 * i - 3] * x[i - 1];\n    a[3 * i + 1] = a[3 * i - 2];\n"
    "    a[3 * i + 2] = i == n - 1 ? x[i - 1] : a[3 * i - 1] * a[3 * i + 1];\n  }\n"
    "  for (int i = 0; i <= n; ++i) s += a[3 * i] * a[3 * i + 1] + a[3 * i + 2] * c;",
    // Set under a condition, twice in a trip, and read in between.
    "std::vector<double> a(2 * n + 2);\n  for (int i = 0; i < n; ++i) {\n"
    "    a[2 * i] = 1;\n    s += a[2 * i] * x[i];\n    a[2 * i] = x[i] * c;\n"
    "    if (x[i] > 0) a[2 * i + 1] = 0;\n    s += a[2 * i + 1] * x[i];\n  }\n"
    "  for (int i = 0; i < n; ++i) s += a[2 * i] + a[2 * i + 1];",
    // Buffers that change places; a loop inside that sets a column; a place that is found.
    "std::vector<double> a(4, 0.0), b(4, 1.0);\n  for (int i = 0; i < n; ++i) {\n"
    "    a[0] = b[0] * x[i];\n    a[2] = b[2];\n    std::swap(a, b);\n"
    "    s += a[2] * x[i] + b[2] + b[0];\n  }",
    "std::vector<double> a(4 * n + 4, 0.0);\n  for (int i = 0; i < n; ++i) {\n"
    "    a[4 * i + 1] = x[i];\n    for (int j = 0; j < i; ++j) a[4 * j + 2] += x[i] * c;\n"
    "    s += a[4 * i] + a[4 * i + 2] * a[4 * i + 1];\n  }\n"
    "  for (int i = 0; i < n; ++i) s += a[4 * i + 2] + a[4 * i + 3];",
    "std::vector<double> a(2 * n + 2, 0.0);\n  for (int i = 0; i < n; ++i) {\n"
    "    a[2 * i + 1] = x[i];\n    a[x[i] > 0 ? 2 * i : 2 * i + 1] += c;\n"
    "    s += a[2 * i] * a[2 * i + 1] * x[i];\n  }"};

}  // namespace

TEST_CASE("arrays with columns of one number have the oracle's derivatives", "[columns]") {
  compare_bodies({.folder = "constant_columns", .helpers = kTurn, .bodies = kColumns});
}
