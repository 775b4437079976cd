#include <catch2/catch.hpp>

#include "ir/parse.hpp"
#include "ir/print.hpp"
#include "unit/loop_programs.hpp"

using namespace gradsmith;

namespace {

std::string latex(const char* text) {
  Graph g;
  g.input("a", g.intern({Element::F64, {g.input("n", scalar_type(Element::Index))}}));
  return to_latex(g, parse_infix(g, text));
}

}  // namespace

TEST_CASE("a formula has fractions, powers and no needless parentheses") {
  CHECK(latex("4*x*y + exp(-1*y)") == R"(4 \, x \, y + e^{-1 \, y})");
  CHECK(latex("(x + 1)/(y - 2)") == R"(\frac{x + 1}{y - 2})");
  CHECK(latex("x - (y - z)") == R"(x - \left(y - z\right))");
  CHECK(latex("(x + y)*z") == R"(\left(x + y\right) \, z)");
  CHECK(latex("-(x + y)*2") == R"(-\left(x + y\right) \cdot 2)");
  CHECK(latex("x + -3") == R"(x + \left(-3\right))");
  CHECK(latex("pow(x + 1, 2) + sqrt(y)") == R"(\left(x + 1\right)^{2} + \sqrt{y})");
  CHECK(latex("pow(exp(x), 2)") == R"(\left(e^{x}\right)^{2})");
  CHECK(latex("1e-5*x") == R"(1 \cdot 10^{-5} \, x)");
}

TEST_CASE("names get subscripts, functions their own notation") {
  CHECK(latex("w11 + z1in + b_0") == R"(w_{11} + \mathrm{z1in} + \mathrm{b\_0})");
  CHECK(latex("tanh(x) + log(y) + erf(z)") ==
        R"(\tanh\left(x\right) + \ln\left(y\right) + \operatorname{erf}\left(z\right))");
  CHECK(latex("fabs(x) + polygamma(0, x)") == R"(\left|x\right| + \psi^{(0)}\left(x\right))");
  CHECK(latex("x <= 1 ? x : inf") ==
        R"(\begin{cases} x & \text{if } x \le 1 \\ \infty & \text{otherwise} \end{cases})");
}

TEST_CASE("sums are written with their range") {
  CHECK(latex("sum(i in 0..n: a[i]*x)") == R"(\sum_{i = 0, \ldots < n} a_{i} \, x)");
  CHECK(latex("map(i in 0..n: a[i] + x)") == R"(\left(a_{i} + x\right)_{0 \le i < n})");
}

TEST_CASE("braces and delimiters balance in every program with loops") {
  for (const test::LoopProgram& p : test::loop_programs()) {
    const std::string text = to_latex(p.graph, p.output);
    INFO(p.name << ": " << text);
    CHECK(std::ranges::count(text, '{') == std::ranges::count(text, '}'));
    const auto occurrences = [&](std::string_view what) {
      int n = 0;
      for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
      return n;
    };
    CHECK(occurrences("\\left(") + occurrences("\\left[") ==
          occurrences("\\right)") + occurrences("\\right]"));
  }
}
