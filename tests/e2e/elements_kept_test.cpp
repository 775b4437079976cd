// Loops that change an element or two of an array in each trip keep those for the way back, or read
// them where the loop has left them: no whole array for each trip.

#include <catch2/catch.hpp>

#include "bodies.hpp"
#include "process.hpp"

namespace {

using e2e::compare_bodies;

const std::vector<std::string> kElements = {
    // A stack of numbers.
    "std::vector<double> st(n + 1);\n  int top = 0;\n  for (int i = 0; i < n; ++i) {\n"
    "    if (i % 3 != 2 || top < 2) {\n      st[top++] = x[i];\n"
    "    } else if (x[i] > 0.2) {\n      st[top - 2] = st[top - 2] * st[top - 1] + c * x[i];\n"
    "      --top;\n    } else {\n      const double b = st[--top], a = st[--top];\n"
    "      st[top++] = std::sin(a - b);\n    }\n  }\n"
    "  while (top > 0) { s = s * 0.5 + st[top - 1]; --top; }",
    // A row of sorted numbers, by exchanges; a ring.
    "std::vector<double> v(x, x + n);\n  for (int i = 0; i < n; ++i)\n"
    "    for (int j = 0; j + 1 < n; ++j)\n      if (v[j + 1] < v[j]) std::swap(v[j], v[j + 1]);\n"
    "  for (int i = 0; i < n; ++i) s = s * c + v[i] * v[i];",
    "std::vector<double> ring(7, c);\n  for (int i = 0; i < n; ++i) {\n"
    "    const int at = (i * 3) % 7;\n    ring[at] = ring[at] * ring[(at + 2) % 7] + x[i];\n"
    "    s += ring[(at + 5) % 7] * ring[at];\n  }",
    // Integers, too.
    "std::vector<int> seen(n + 1, 0);\n  for (int i = 0; i < n; ++i) {\n"
    "    const int k = x[i] > 0 ? i / 2 : i;\n    seen[k] += 1;\n"
    "    s += x[k] * x[i] * seen[k];\n  }"};

/// Tables that are filled from elements before, in the trip and in the trips before.
const std::vector<std::string> kTables = {
    "const int w = n + 1;\n  std::vector<double> D(w * w, 10.0);\n  D[0] = 0;\n"
    "  for (int i = 1; i <= n; ++i)\n    for (int j = 1; j <= n; ++j) {\n"
    "      const double e = x[i - 1] - c * x[j - 1];\n"
    "      D[i * w + j] = e * e + std::min({D[(i - 1) * w + j], D[i * w + j - 1],\n"
    "                                       D[(i - 1) * w + j - 1]});\n    }\n"
    "  s += D[n * w + n];",
    "const int w = n + 2;\n  std::vector<double> D(w * w, c);\n"
    "  for (int i = 1; i <= n; ++i)\n    for (int j = 1; j <= n; ++j)\n"
    "      D[i * w + j] = 0.5 * D[i * w + j - 1] * D[(i - 1) * w + j] + x[j - 1];\n"
    "  for (int i = 1; i <= n; ++i) s += D[i * w + n] * D[n * w + i];",
    // Written again later: what was there before is needed.
    "const int w = n + 1;\n  std::vector<double> D(w * w + 1, c);\n"
    "  for (int i = 1; i <= n; ++i) {\n    for (int j = 1; j <= n; ++j)\n"
    "      D[i * w + j - 1] = D[(i - 1) * w + j] * x[j - 1] + 0.5 * D[i * w + j];\n"
    "    D[(i - 1) * w + 1] *= c;\n  }\n  for (double e : D) s += e * e;"};

/// Elements made anew where they are, and added up on the way: softmax, norms, weights.
const std::vector<std::string> kRenewed = {
    "std::vector<double> a(n);\n  for (int i = 0; i < n; ++i) {\n    double top = -1e300;\n"
    "    for (int j = 0; j < n; ++j) {\n      a[j] = c * x[i] * x[j];\n"
    "      top = std::max(top, a[j]);\n    }\n    double z = 0;\n"
    "    for (int j = 0; j < n; ++j) { a[j] = std::exp(a[j] - top); z += a[j]; }\n"
    "    for (int d = 0; d < 3; ++d) {\n      double o = 0;\n"
    "      for (int j = 0; j < n; ++j) o += a[j] * x[(j + d) % n];\n      s += o / z;\n    }\n  }",
    "std::vector<double> v(x, x + n);\n  for (int t = 0; t < 3; ++t) {\n    double q = 0.5;\n"
    "    for (int i = 0; i < n; ++i) { v[i] = std::sin(v[i]) + c; q += v[i] * v[i]; }\n"
    "    for (int i = 0; i < n; ++i) v[i] /= std::sqrt(q);\n  }\n  for (double e : v) s += e * c;",
    // Read as it was, too; another element; two arrays; downwards; a part of it.
    "std::vector<double> v(x, x + n);\n  double q = 0;\n"
    "  for (int i = 0; i < n; ++i) { q += v[i]; v[i] = std::exp(c * v[i]); q *= v[i]; }\n"
    "  for (double e : v) s += e * q;",
    "std::vector<double> v(x, x + n);\n  double q = 1;\n"
    "  for (int i = 0; i < n; ++i) { v[i] = std::cos(v[i]); q += v[i] * v[i / 2]; }\n  s += q;",
    "std::vector<double> v(x, x + n), w(n, c);\n  double q = 1;\n"
    "  for (int i = 0; i < n; ++i) { w[i] = v[i] * w[i]; v[i] = std::sin(w[i] + v[i]); q += v[i]; "
    "}\n"
    "  for (int i = 0; i < n; ++i) s += q * v[i] * w[i];",
    "std::vector<double> v(x, x + n);\n  double q = 1;\n"
    "  for (int i = n - 1; i >= 0; --i) { v[i] = v[i] * v[i]; q = q * 0.5 + v[i]; }\n"
    "  for (int i = 1; i < n; ++i) { v[i] = std::sin(v[i]); q += v[i] * c; }\n"
    "  for (double e : v) s += e * q;"};

}  // namespace

TEST_CASE("arrays that are renewed where they are have the oracle's derivatives", "[loops]") {
  compare_bodies({.folder = "renewed", .bodies = kRenewed});
}

TEST_CASE("arrays of which trips change elements have the spec's derivatives", "[loops]") {
  compare_bodies({.folder = "elements_kept", .bodies = kElements});
  compare_bodies({.folder = "tables_filled", .bodies = kTables});
}

TEST_CASE("the way back over a stack, an exchange or a table needs no room for whole arrays",
          "[loops]") {
  const auto room = [](const std::string& name, const std::string& body) {
    const auto folder = e2e::fresh_folder(name);
    e2e::write_file(folder / "f.cpp",
                    "#include <algorithm>\n#include <cmath>\n#include <vector>\n"
                    "double f(double c, const double* x, int n) {\n  double s = c;\n  " +
                        body + "\n  return s;\n}\n");
    const e2e::Ran ran = e2e::gradsmith(
        {"generate", "f.cpp", "--emit=gradient", "--length=x=n", "--stdout"}, folder);
    INFO(ran.err);
    REQUIRE(ran.status == 0);
    const std::size_t at = ran.out.find("long long f_gradient_work");
    REQUIRE(at != std::string::npos);
    e2e::write_file(
        folder / "main.cpp",
        "#include <cmath>\n" + ran.out + "int main() {\n  return f_gradient_work(2000) < " +
            (body.find("w * w") == std::string::npos ? "20000" : "9000000") + " ? 0 : 1;\n}\n");
    REQUIRE(e2e::run({GRADSMITH_GXX, "main.cpp", "-o", "main"}, folder).status == 0);
    CHECK(e2e::run({"./main"}, folder).status == 0);
  };
  room("room_stack", kElements[0]);
  room("room_ring", kElements[2]);
  room("room_integers", kElements[3]);
  room("room_table", kTables[0]);
  room("room_products", kTables[1]);
}
