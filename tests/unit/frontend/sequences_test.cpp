// Spans and vectors: a pointer and a length.

#include "unit/frontend/sized_program.hpp"
#include "unit/frontend/texts.hpp"

namespace gradsmith {
namespace {

Function lowered_sequence(const std::string& text) {
  ReadOptions options;
  options.compiler_arguments = {"-std=c++20"};
  return lowered_text(
      "#include <array>\n#include <cmath>\n#include <span>\n#include <vector>\n" + text, {},
      options);
}

std::string refused_code(const std::string& text) {
  ReadOptions options;
  options.compiler_arguments = {"-std=c++20"};
  const auto spec =
      spec_of("#include <numeric>\n#include <span>\n#include <utility>\n#include <vector>\n" + text,
              options);
  REQUIRE(spec);
  try {
    spec->lower(0);
    return "";
  } catch (const Refusal& refusal) {
    return refusal.code();
  }
}

/// The value at x = 1, 2, 3, 4 (and y = 10, 20, 30, 40 where there is one).
double at_four(const std::string& text) {
  const Function f = lowered_sequence(text);
  Environment at = {{"x_size", Value::index(4)}, {"y_size", Value::index(4)}};
  at["x[]"] = Value::vector({1, 2, 3, 4});
  at["y[]"] = Value::vector({10, 20, 30, 40});
  return returned(f, at);
}

}  // namespace

TEST_CASE("a span or vector becomes a pointer and a length after it") {
  for (const char* type : {"std::span<const double> ", "const std::vector<double>& "}) {
    const Function f = lowered_sequence("double f(" + std::string(type) +
                                        "x, double y) { double s = y; for (std::size_t i = 0; i < "
                                        "x.size(); ++i) s += x[i]; return s; }");
    REQUIRE(f.parameters.size() == 3);
    CHECK(f.parameters[0].spelling == Spelling{"const double* ", ""});
    CHECK(f.parameters[0].value_spelling == Spelling{"double* ", ""});
    CHECK(f.parameters[0].role == Role::Param);
    CHECK(f.parameters[1].name == "x_size");
    CHECK(f.parameters[1].spelling == Spelling{"int ", ""});
    CHECK(f.parameters[1].role == Role::Data);
    CHECK(f.graph.type(f.parameters[0].leaves[0].type).extents ==
          std::vector<NodeId>{f.parameters[1].leaves[0].input});
    CHECK(f.lengths.empty());
    REQUIRE(f.spec_parameters.size() == 2);
    CHECK(f.spec_parameters[0].spelling == Spelling{type, ""});
    CHECK(f.spec_parameters[0].arguments ==
          std::vector<std::string>{"x.data()", "static_cast<int>(x.size())"});
    CHECK(f.spec_parameters[1].spelling == Spelling{"double ", ""});
    CHECK(f.spec_parameters[1].arguments == std::vector<std::string>{"y"});
    CHECK(to_infix(f.graph, f.outputs[0].value) ==
          "fold(i1 in 0..x_size, s1_1 from y: (s1_1 + x[][i1])).0");
  }
}

TEST_CASE("what spans and vectors offer is known") {
  CHECK(at_four("double f(std::span<const double> x) { return x.front() + 10 * x.back(); }") == 41);
  CHECK(at_four("double f(const std::vector<double>& x) { return x.empty() ? 0 : x.data()[2]; }") ==
        3);
  CHECK(at_four("double f(std::span<const double> x) { return double(std::size(x)); }") == 4);
  CHECK(at_four("double f(const std::vector<double>& x) { double s = 0; for (double v : x) s += v; "
                "return s; }") == 10);
  CHECK(at_four("double f(std::span<const double> x) { double s = 0; for (const double& v : x) "
                "s += v * v; return s; }") == 30);
  CHECK(at_four("double f(std::span<const double> x) { const int n = static_cast<int>(x.size()); "
                "double s = 0; for (int i = n - 1; i >= 0; --i) s = s * 10 + x[i]; return s; }") ==
        4321);
  CHECK(at_four("double f(const std::vector<double>& x) { double s = 0; for (auto i = x.size(); "
                "i-- > 0;) s = s * 10 + x[i]; return s; }") == 4321);
}

TEST_CASE("spans and vectors are handed on to other functions") {
  const std::string dot =
      "static double dot(std::span<const double> a, std::span<const double> b) { double s = 0; "
      "for (std::size_t i = 0; i < a.size(); ++i) s += a[i] * b[i]; return s; }\n";
  CHECK(at_four(dot + "double f(std::span<const double> x, std::span<const double> y) "
                      "{ return dot(x, y); }") == 300);
  CHECK(at_four(dot + "double f(const std::vector<double>& x, const std::vector<double>& y) "
                      "{ return dot(x, y); }") == 300);
  CHECK(
      at_four("static double sum(const std::vector<double>& a) { double s = 0; for (double v : a) "
              "s += v; return s; }\ndouble f(const std::vector<double>& x) { return sum(x); }") ==
      10);
  CHECK(at_four("static double sum(const double* a, int n) { double s = 0; for (int i = 0; i < n; "
                "++i) s += a[i]; return s; }\n"
                "double f(std::span<const double> x) { return sum(x.data() + 1, 3); }") == 9);
  CHECK(at_four(dot + "double f(std::span<const double> x) { std::array<double, 4> w{1, 0, 0, 1}; "
                      "return dot(x, w); }") == 5);
}

TEST_CASE("what is written through a span or a vector is an output") {
  for (const char* type : {"std::span<double> ", "std::vector<double>& "}) {
    const Function f =
        lowered_sequence("void f(std::span<const double> x, " + std::string(type) +
                         "y) { for (std::size_t i = 0; i < y.size(); ++i) y[i] = 2 * x[i]; }");
    REQUIRE(f.parameters.size() == 4);
    CHECK(f.parameters[2].spelling == Spelling{"double* ", ""});
    CHECK(f.parameters[2].role == Role::Output);
    const Environment at = {{"x_size", Value::index(3)},
                            {"y_size", Value::index(3)},
                            {"x[]", Value::vector({1, 2, 3})}};
    CHECK(written(f, "y", at) == std::vector<double>{2, 4, 6});
  }
}

TEST_CASE("vectors whose length is not known, and parts of spans, are refused with a way out") {
  const auto code = [](const std::string& body) {
    return refused_code("double f(const std::vector<double>& x, double c, int n) { " + body + " }");
  };
  CHECK(code("std::vector<double> v(3, c); v[0] = x[1]; return v[0] * v[2];") == "");
  CHECK(code("std::vector<double> v; for (double e : x) v.push_back(e); return v[0];") ==
        "gs-allocation");
  // Lengths that change with a loop, a branch, or what is computed.
  CHECK(
      code("double s = 0; for (int i = 0; i < n; ++i) { std::vector<double> v(i, c); for (double e "
           ": v) s += e; } return s;") == "gs-allocation");
  CHECK(code("std::vector<double> v(n, c); if (n > 2) v = x; return v[0];") == "gs-allocation");
  CHECK(code("std::vector<double> v(n, c); v.resize(n + 1); return v[0];") == "gs-allocation");
  CHECK(code("int k = 0; for (double e : x) if (e > c) ++k; std::vector<double> v(k, c); return "
             "v[0];") == "gs-allocation");
  CHECK(code("std::vector<bool> v(n); return v[0] ? c : 0;") == "gs-type");
  CHECK(code("std::vector<double> v(n, c); return v.at(0);") == "gs-out-of-range");
  CHECK(code("std::vector<double> v(n, c); return std::accumulate(v.begin(), v.end(), 0);") ==
        "gs-unknown-function");
  CHECK(code("std::vector<double> v(n, c); return std::accumulate(std::as_const(v).begin(), "
             "x.end(), c);") == "gs-joined-places");
  CHECK(refused_code("std::vector<double> f(const std::vector<double>& x) { return x; }") ==
        "gs-allocation");
  CHECK(refused_code(
            "static std::vector<double> g(int n) { std::vector<double> v(n), w(3); if (n > 3) "
            "return w; return v; } double f(double x, int n) { return g(n)[0] * x; }") ==
        "gs-allocation");
  CHECK(refused_code("double f(std::vector<double>& x) { x.push_back(1); return x[0]; }") ==
        "gs-allocation");
  CHECK(refused_code("void f(const std::vector<double>& x, std::vector<double>& y) { y = x; }") ==
        "gs-allocation");
  CHECK(refused_code("double f(const double* x, int n) { std::span<const double> s(x, n); "
                     "return s[0]; }") == "gs-unknown-memory");
  CHECK(refused_code("double f(const std::vector<std::vector<double>>& x) { return x[0][0]; }") ==
        "gs-allocation");
}

}  // namespace gradsmith
