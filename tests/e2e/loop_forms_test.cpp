// The ways in which people write loops that count: all have the oracle's values and derivatives,
// and tell how long the arrays are that they go through.

#include <catch2/catch.hpp>

#include "bodies.hpp"
#include "process.hpp"

namespace {

const char* const kNumbers = "using Numbers = std::vector<double>;";

}  // namespace

TEST_CASE("loops by while, pointers and breaks tell how long their arrays are", "[forms]") {
  e2e::compare_bodies(
      {"forms",
       "n",
       false,
       kNumbers,
       {"int i = 0;\n  while (i < n && s < 2) {\n    s += std::exp(x[i]) * c;\n    ++i;\n  }\n"
        "  s *= 1 + 0.1 * i;",
        "int i = 0, j = n - 1;\n  while (i < n) {\n    s += x[i] * x[j] * c;\n    ++i;\n    --j;\n "
        " }",
        "int m = n;\n  while (m-- > 0) s = s * 0.5 + x[m] * x[m];\n  s += m;",
        "while (n > 0) {\n    --n;\n    s = std::sin(s + x[n]);\n  }",
        "for (int i = 0; i < n;) {\n    s = s * x[i] + c;\n    i++;\n  }",
        "while (n--) s += c * x[n] * s;",
        "for (int i = n - 1; i >= 0; --i) {\n    if (x[i] > 0.7) break;\n    s = s * 0.9 + x[i];\n "
        " }",
        "for (int i = 0; i < n; ++i) {\n    if (s > 1.5) return s * x[i];\n    s += c * x[i];\n  }",
        "for (const double* p = x; p != x + n; ++p) s += *p * c;",
        "for (const double *p = x, *end = x + n; p < end; ++p) {\n    if (*p < 0) continue;\n"
        "    s += *p * s;\n  }",
        "Numbers v(x, x + n);\n  for (auto it = v.begin(); it != v.end(); ++it) *it *= c;\n"
        "  for (auto it = v.cbegin(); it != v.cend(); ++it) s += *it * *it;",
        "Numbers v(x, x + n);\n  std::size_t m = v.size();\n  while (m-- > 0) s = s * 0.5 + v[m];",
        // An element that is there where the array has any.
        "for (int i = 0; i < n; ++i) s += x[i] * x[i];\n  if (n > 0) s += x[0] * x[0] * x[0];",
        "if (n == 0) return s;\n  s += x[0] * c;\n  for (int i = 0; i < n; ++i) s += x[i] * x[0];",
        "for (int i = 0; i < n; ++i) s += x[i] * c;\n  if (n != 0) s += x[n - 1] * x[0] * x[0];",
        "if (n < 2) return n == 1 ? x[0] * c : s;\n  for (int i = 0; i < n; ++i) s += x[i] * x[1];",
        // Elements that a loop chooses among its own.
        "int best = 0;\n  for (int i = 1; i < n; ++i)\n    if (x[i] > x[best]) best = i;\n"
        "  if (n > 0) s += x[best] * x[best];",
        "int low = 0, high = 0;\n  for (int i = 0; i < n; ++i) {\n    if (x[i] < x[low]) low = i;\n"
        "    if (x[i] > x[high]) high = i;\n    s += (x[high] - x[low]) * c;\n  }"}});
}

TEST_CASE("loops that run at least once, or to one before the end, have the oracle's derivatives",
          "[forms]") {
  e2e::compare_bodies(
      {"forms_one_more",
       "n + 1",
       true,
       kNumbers,
       {"int i = 0;\n  do {\n    s += x[i] * s;\n    ++i;\n  } while (i < n && x[i] > c);\n  s *= "
        "i;",
        "int i = 0;\n  do {\n    if (x[i] < 0) {\n      s += c;\n    }\n    s += x[i];\n    i += "
        "1;\n"
        "  } while (i < n);",
        // Unsigned bounds that cannot wrap around where the loop ends.
        "const Numbers v(x, x + n + 1);\n  for (std::size_t i = 0; i < v.size() - 1; ++i)\n"
        "    s += (v[i + 1] - v[i]) * (v[i + 1] - v[i]) * c;",
        "const Numbers v(x, x + n + 1);\n  for (std::size_t i = v.size() - 1; i > 0; --i)\n"
        "    s = std::sin(s + v[i] * v[i - 1]);",
        "int best = 0;\n  for (int i = 1; i <= n; ++i)\n    if (x[best] < x[i]) best = i;\n"
        "  s += x[best] * c;"}});
}

TEST_CASE("conditions may be linear in the index", "[forms]") {
  e2e::compare_bodies(
      {"linear_conditions",
       "n",
       true,
       kNumbers,
       {"for (int i = 0; 2 * i + 1 < n; ++i) s += x[2 * i + 1] * x[i] * c;",
        "for (int i = 0; i * 2 < n; ++i) s = s * 0.5 + x[2 * i] * x[i];",
        "for (int i = 0; 3 * i + 1 <= n - 1; i += 2) s += x[3 * i + 1] * x[i] * c;",
        "int i = -3;\n  for (; 3 * i < n - 2; ++i) s += std::sin(s * c) + (i < 0 ? c : x[i]);\n  s "
        "*= 1 + 0.1 * i;",
        "int i = n - 1;\n  for (; 2 * i >= n - 3; --i) s += (i < 0 ? c : x[i]) * s;\n  s *= 1 + "
        "0.1 "
        "* i;",
        "int i = n - 1;\n  for (; 3 * i > n - 4; i -= 2) s += (i < 0 ? c : x[i]) * s;\n  s *= 1 + "
        "0.1 "
        "* i;",
        "for (int i = 0; n - i > 0; ++i) s += x[i] * x[n - 1 - i] * c;",
        "for (int i = 0; n - 2 * i > 1; ++i) s += x[2 * i + 1] * x[i] * c;",
        "for (int i = 0; i + i < n; ++i) s += x[i] * s;",
        "for (int i = 0; 2 * (i + 1) <= n; ++i) s += x[2 * i + 1] * x[2 * i] * c;",
        "for (int i = 0; !(i >= n); ++i) s += x[i] * x[i] * c;",
        "for (int i = 0; i < n && 2 * i < 7; ++i) s += x[i] * x[i] * c;",
        "const Numbers v(x, x + n);\n  for (std::size_t i = 0; 2 * i + 1 < v.size(); ++i)\n"
        "    s += v[2 * i + 1] * v[i] * c;"}});
}

TEST_CASE("loops without a condition end where their body begins or ends", "[forms]") {
  e2e::compare_bodies(
      {"open_loops",
       "n",
       true,
       kNumbers,
       {"int i = 0;\n  while (true) {\n    if (i >= n) break;\n    s += x[i] * x[i] * c;\n    "
        "++i;\n  }\n  s *= 1 + 0.1 * i;",
        "for (int i = 0;; ++i) {\n    if (i >= n) break;\n    if (x[i] < 0) continue;\n    s += "
        "x[i] "
        "* s;\n  }",
        "int i = 0;\n  for (;;) {\n    if (i == n) {\n      break;\n    }\n    s += x[i] * c;\n    "
        "i++;\n  }",
        "int i = 0;\n  while (1) {\n    if (!(i < n)) break;\n    if (x[i] > 0.7) break;\n    s += "
        "x[i] * c * s;\n    ++i;\n  }\n  s *= 1 + 0.1 * i;",
        "int i = 0;\n  while (true) {\n    if (i >= n || x[i] > 0.6) break;\n    s += x[i] * c * "
        "s;\n    ++i;\n  }\n  s *= 1 + 0.1 * i;",
        "int i = 0;\n  do {\n    if (i >= n) break;\n    s += x[i] * c * s;\n    ++i;\n  } while "
        "(true);",
        // Tests at the end.
        "int i = 0;\n  if (n > 0)\n    while (true) {\n      s += x[i] * x[i] * c;\n      ++i;\n"
        "      if (i >= n) break;\n    }\n  s *= 1 + 0.1 * i;",
        "int i = 0;\n  if (n > 0)\n    for (;;) {\n      s += x[i] * s;\n      if (++i == n) "
        "break;\n    }\n  s *= 1 + 0.1 * i;",
        "int i = 0;\n  if (n > 0) do s += x[i] * c * s; while (++i < n);\n  s *= 1 + 0.1 * i;",
        "int i = n;\n  if (n > 0) {\n    do {\n      s += x[i - 1] * c * s;\n    } while (--i > "
        "0);\n  }",
        // The index as the loop leaves it.
        "int i = 0;\n  while (i < n) {\n    if (x[i] < 0) {\n      ++i;\n      break;\n    }\n    "
        "s += x[i] * c;\n    ++i;\n  }\n  s *= 1 + 0.1 * i;",
        "int i = 0;\n  while (i < n) {\n    if (x[i] < -0.5) {\n      i += 2;\n      break;\n    "
        "}\n"
        "    s += x[i] * c;\n    if (s > 2) {\n      i = -1;\n      break;\n    }\n    ++i;\n  }\n"
        "  s *= 1 + 0.1 * i;"}});
}

TEST_CASE(
    "inner loops that start where data says, and are left early, have the oracle's derivatives",
    "[forms]") {
  e2e::compare_bodies(
      {"data_starts",
       "n",
       true,
       kNumbers,
       {"std::vector<int> k(n);\n  for (int i = 0; i < n; ++i) k[i] = (i * i) % n;\n"
        "  for (int i = 0; i < n; ++i)\n    for (int j = k[i]; j < n; ++j) {\n"
        "      if (x[j] < 0) break;\n      s += x[j] * x[i] * c;\n    }"}});
}

TEST_CASE("loops whose condition is not linear in the index are refused", "[forms]") {
  const auto folder = e2e::fresh_folder("not_linear");
  for (const std::string loop :
       {"for (int i = 2; i * i < n; ++i) s += x[i];", "for (int i = 0; i * m < n; ++i) s += x[i];",
        "for (unsigned i = 0; (i + 3) * 2l < n; ++i) s += x[i];"}) {
    e2e::write_file(folder / "f.cpp",
                    "double f(const double* x, int n, int m) {\n  double s = m;\n  " + loop +
                        "\n  return s;\n}\n");
    const e2e::Ran ran =
        e2e::gradsmith({"generate", "f.cpp", "--emit=value", "--length=x=n"}, folder);
    INFO(loop << ran.err);
    CHECK(ran.status == 1);
    CHECK(ran.err.find("is not linear in it") != std::string::npos);
    CHECK(ran.err.find("[gs-loop-condition]") != std::string::npos);
  }
}

TEST_CASE("loops are left where the author leaves them", "[forms]") {
  // Elements behind the one that ends the loop are not even there.
  const auto folder = e2e::fresh_folder("left_early");
  e2e::write_file(folder / "f.cpp", R"(
double f(const double* x, int n, double c) {
  double s = 0;
  for (int i = 0; i < n; ++i) {
    if (x[i] < 0) break;
    s += c * x[i];
  }
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) {
      if (x[i] * x[j] < 0) return s;
      s = s * 0.5 + x[j];
    }
  }
  return s;
}
)");
  const e2e::Ran ran =
      e2e::gradsmith({"generate", "f.cpp", "--emit=value", "--length=x=n", "-o", "f.hpp"}, folder);
  INFO(ran.err);
  REQUIRE(ran.status == 0);
  e2e::write_file(folder / "main.cpp", R"(#include <memory>
#include "f.cpp"
#include "f.hpp"
int main() {
  const std::unique_ptr<double[]> x(new double[3]{2, 3, -1});
  return f(x.get(), 1 << 30, 0.75) == f_value(x.get(), 1 << 30, 0.75) ? 0 : 1;
}
)");
  for (const std::string compiler : {GRADSMITH_GXX, GRADSMITH_CLANGXX}) {
    REQUIRE(
        e2e::run({compiler, "-O1", "-g", "-fsanitize=address,undefined", "main.cpp", "-o", "main"},
                 folder)
            .status == 0);
    const e2e::Ran main = e2e::run({"./main"}, folder);
    INFO(main.err);
    CHECK(main.status == 0);
  }
}

TEST_CASE("algorithms of the standard library have the oracle's derivatives", "[forms]") {
  e2e::compare_bodies(
      {"algorithms",
       "n",
       true,
       kNumbers,
       {"const Numbers v(x, x + n);\n  s += std::accumulate(v.begin(), v.end(), c);",
        "s += std::accumulate(x, x + n, double(1), [c](double a, double b) { return a * (b + c); "
        "});",
        "s += std::accumulate(x, x + n, c, std::multiplies<>());",
        "const Numbers v(x, x + n);\n  s = std::inner_product(v.begin(), v.end(), x, s);",
        "Numbers y(n);\n  std::transform(x, x + n, y.begin(), [&](double e) { return std::tanh(c * "
        "e); "
        "});\n  s += std::inner_product(y.begin(), y.end(), y.begin(), double(0));",
        "Numbers y(n);\n  std::transform(x, x + n, y.begin(), y.begin(), std::plus<double>());\n"
        "  std::transform(y.begin(), y.end(), x, y.begin(), [](auto a, auto b) { return a * b; "
        "});\n"
        "  std::for_each(y.begin(), y.end(), [&](double e) { s += std::sin(e) * c; });",
        "Numbers y(n);\n  std::fill(y.begin(), y.end(), c);\n"
        "  std::for_each(y.begin(), y.end(), [](double& e) { e *= e; });\n"
        "  for (int i = 0; i < n; ++i) s += y[i] * x[i];",
        "Numbers y(2 * n, 1);\n  std::copy(x, x + n, y.begin() + n);\n"
        "  std::fill_n(y.begin(), n, c);\n  for (double e : y) s += e * e * s;",
        "if (n > 0) {\n    const double most = *std::max_element(x, x + n);\n    double sum = 0;\n"
        "    for (int i = 0; i < n; ++i) sum += std::exp(x[i] - most);\n"
        "    s += most + std::log(sum) + *std::min_element(x, x + n) * c;\n  }",
        "std::vector<int> order(n);\n  std::iota(order.begin(), order.end(), 0);\n"
        "  for (int k : order) s += x[k] * (k + 1) * c;",
        "Numbers t(n);\n  std::iota(t.begin(), t.end(), c);\n"
        "  for (int i = 0; i < n; ++i) s += t[i] * t[i] * x[i];",
        "const Numbers v(x, x + n);\n"
        "  s += std::inner_product(v.begin(), v.end(), x, c, std::plus<>(), std::multiplies<>());\n"
        "  s += std::inner_product(x, x + n, v.begin(), s, std::plus<double>(),\n"
        "                          [c](double a, double b) { return (a - c * b) * (a - b * b); });",
        "Numbers t(n);\n  std::partial_sum(x, x + n, t.begin());\n"
        "  for (double e : t) s += e * e;\n  std::partial_sum(t.begin(), t.end(), t.begin());\n"
        "  if (n > 0) s += t.back() * c;",
        // Places that are found, as numbers.
        "if (n > 0) {\n    const Numbers v(x, x + n);\n"
        "    const int k = std::max_element(v.begin(), v.end()) - v.begin();\n"
        "    const auto j = std::distance(x, std::min_element(x, x + n, [c](double a, double b) {\n"
        "      return std::fabs(a - c) < std::fabs(b - c);\n    }));\n"
        "    const int last = v.size() - 1;\n"
        "    s += x[k] * v[j] + x[last] * (std::max_element(x, x + n) - x);\n  }",
        "const Numbers v(x, x + n);\n"
        "  for (int i = v.size() - 1; i >= 0; --i) s = std::sin(s * c + v[i]);"}});
}
