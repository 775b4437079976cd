#include "unit/frontend/texts.hpp"

namespace gradsmith {
namespace {

using Names = std::vector<std::string>;

Names entries(const std::string& text, const std::vector<std::string>& wanted = {}) {
  ReadOptions options;
  options.functions = wanted;
  const auto spec = spec_of(text, options);
  REQUIRE(spec);
  return names_of(*spec);
}

}  // namespace

TEST_CASE("in a file without marks, functions that no other one calls are entries") {
  CHECK(entries("double g(double x) { return x; }\ndouble f(double x) { return g(x); }\n"
                "double h(double x) { return h == nullptr ? 0 : x; }") == Names{"f", "h"});
}

TEST_CASE("helpers are no entries") {
  CHECK(entries("static double a(double x) { return x; }\n"
                "namespace { double b(double x) { return x; } }\n"
                "template <class T> T c(T x) { return x; }\n"
                "template <> float c(float x) { return x; }\n"
                "int d(int n) { return n; }\n"
                "void e(const double& x) { (void)x; }\n"
                "double g(double);\n"
                "struct S { double h(double x) { return x; } };\n"
                "inline double f(double x) { return x; }\n") == Names{"f"});
}

TEST_CASE("a function with a floating output is an entry") {
  CHECK(entries("#include <array>\nvoid f(double x, double out[2]) { out[0] = x; }\n"
                "void g(std::array<float, 2>& a) { a[0] = 1; }\n"
                "struct P { int n; double y; };\nvoid h(P& p) { p.y = 1; }\n") ==
        Names{"f", "g", "h"});
}

TEST_CASE("in a file with marks, the marked functions are entries") {
  CHECK(entries("#include <gradsmith/spec.hpp>\nusing gradsmith::data;\n"
                "double g(double x) { return x; }\n"
                "double f(double x, data<double> y) { return g(x) * y; }\n"
                "double h(const data<double> y[3]) { return f(y[0], y[1]); }\n") ==
        Names{"f", "h"});
}

TEST_CASE("calls from main and from itself do not make a helper") {
  CHECK(entries("double f(double x, int n) { return n > 0 ? f(x, n - 1) : x; }\n"
                "int main() { return f(1, 2) > 0; }") == Names{"f"});
}

TEST_CASE("calls from templates and lambdas count") {
  CHECK(entries("double g(double x) { return x; }\ndouble k(double x) { return x; }\n"
                "template <class T> T t(T x) { return g(x); }\n"
                "double f(double x) { auto l = [](double y) { return k(y); }; return t(l(x)); }") ==
        Names{"f"});
}

TEST_CASE("the option --function names others, qualified or not") {
  const std::string text =
      "namespace a { static double g(double x) { return x; } }\n"
      "double f(double x) { return a::g(x); }\n";
  CHECK(entries(text, {"g"}) == Names{"g"});
  CHECK(entries(text, {"a::g", "f"}) == Names{"g", "f"});
  ReadOptions options;
  options.functions = {"missing"};
  CHECK_THROWS_WITH(spec_of(text, options), Catch::Contains("gs-unknown-function-name"));
}

TEST_CASE("entries say where and in which namespaces they stand") {
  const auto spec =
      spec_of("namespace a { inline namespace b {\ndouble f(double x) { return x; }\n} }");
  REQUIRE(spec);
  CHECK(spec->entries()[0].namespaces == Names{"a", "!b"});
  CHECK(spec->entries()[0].where.line == 2);
  CHECK(spec->entries()[0].where.column == 8);
}

TEST_CASE("overloads among the entries are refused") {
  const auto spec = spec_of("double f(double x) { return x; }\nfloat f(float x) { return x; }");
  REQUIRE(spec);
  CHECK_THROWS_WITH(spec->lower(0), Catch::Contains("gs-ambiguous-function"));
}

TEST_CASE("a spec that does not compile is none") {
  CHECK(spec_of("double f(double x) { return y; }") == nullptr);
  ReadOptions options;
  options.path = "no/such/file.cpp";
  CHECK(Spec::read(options) == nullptr);
}

TEST_CASE("the language is C++20 unless the flags say otherwise") {
  const std::string text = "double f(double x) { return __cplusplus >= 202002L ? x : 2 * x; }";
  CHECK(formula(text) == "x");
  ReadOptions options;
  options.compiler_arguments = {"-std=c++17"};
  const Function f = lowered_text(text, {}, options);
  CHECK(to_infix(f.graph, f.outputs[0].value) == "(2 * x)");
}

}  // namespace gradsmith
