// Pairs and tuples that functions of the spec's own hand on: the oracle's values and derivatives.

#include <catch2/catch.hpp>

#include "bodies.hpp"
#include "process.hpp"

namespace {

const char* const kHelpers = R"(
struct Point { double x, y; };
static std::pair<double, double> both(double a, double b) { return {a * b, a + std::sin(b)}; }
static std::tuple<double, int, Point> three(double a, int k) {
  return std::make_tuple(a * a, k + 1, Point{a, 2 * a});
}
static std::pair<double, int> largest(const double* x, int n) {
  std::pair<double, int> best{0.5, 0};
  for (int i = 0; i < n; ++i)
    if (x[i] > best.first) best = std::make_pair(x[i], i);
  return best;
}
)";

}  // namespace

TEST_CASE("pairs and tuples have the oracle's derivatives", "[tuples]") {
  e2e::compare_bodies(
      {"tuples",
       "n",
       true,
       kHelpers,
       {"for (int i = 0; i < n; ++i) {\n    const auto [p, q] = both(x[i], c);\n    s += p * q;\n  "
        "}",
        "for (int i = 0; i < n; ++i) {\n    const std::pair<double, double> p = both(x[i], s);\n"
        "    s = p.first * 0.5 + std::cos(p.second);\n  }",
        "for (int i = 0; i < n; ++i) {\n    const auto t = three(x[i], i);\n"
        "    s += std::get<0>(t) * std::get<1>(t) + std::get<2>(t).x * std::get<2>(t).y * c;\n  }",
        "for (int i = 0; i < n; ++i) {\n    auto [a, k, p] = three(x[i], i);\n    a *= c;\n"
        "    p.x += a;\n    s += p.x * p.y * k;\n  }",
        "double a = c, b = 1;\n  for (int i = 0; i < n; ++i) {\n    std::tie(a, b) = both(a * 0.5, "
        "x[i]);\n    s += a * b;\n  }",
        "std::pair<double, double> sums;\n  for (int i = 0; i < n; ++i) {\n    sums.first += "
        "x[i];\n"
        "    sums.second += x[i] * x[i];\n  }\n  s += sums.second - sums.first * sums.first * c;",
        "const auto [most, at] = largest(x, n);\n  s += most * most * (at + 1) * c;",
        "std::pair p(c, 1);\n  for (int i = 0; i < n; ++i) p = {p.first * x[i] + c, p.second + "
        "1};\n"
        "  s += p.first * p.second;"}});
}

TEST_CASE("pairs in an interface are refused, and so is what they are not made of", "[tuples]") {
  const auto folder = e2e::fresh_folder("tuples_refused");
  const auto refused = [&](const std::string& text, const std::string& message) {
    e2e::write_file(folder / "f.cpp", "#include <tuple>\n#include <utility>\n" + text + "\n");
    const e2e::Ran ran = e2e::gradsmith({"generate", "f.cpp", "--emit=value"}, folder);
    INFO(text << ran.err);
    CHECK(ran.status == 1);
    CHECK(ran.err.find(message) != std::string::npos);
  };
  refused("std::pair<double, double> f(double x) { return {x, x}; }",
          "stands in the function's interface [gs-type]");
  refused("double f(const std::tuple<double, double>& t) { return std::get<0>(t); }",
          "stands in the function's interface [gs-type]");
  refused("double f(double x) { const std::pair<double*, int> p(&x, 1); return *p.first; }",
          "[gs-unknown-function]");
  refused(
      "double f(double x) { const std::tuple<double, int> t(x, 1); return std::get<double>(t); "
      "}",
      "std::get by a type is not handled [gs-unknown-function]");
  refused(
      "double f(double x) {\n  const std::pair<float, int> p(1.5f, 1);\n"
      "  const std::pair<double, int> q = p;\n  return x * q.first;\n}",
      "[gs-unknown-function]");
}
