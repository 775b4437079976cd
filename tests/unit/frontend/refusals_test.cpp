// Each refusal of docs/spec_language.md, by the smallest spec that causes it.

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "frontend/read_spec.hpp"

namespace gradsmith {
namespace {

struct Refused {
  std::string code;
  std::string reason;
  std::string way_out;
  unsigned line = 0;
};

/// Why the spec's first function is refused.
Refused refusal(const std::string& text, const std::vector<std::string>& cuts = {},
                ReadOptions options = {}) {
  options.path = "spec.cpp";
  const auto spec = Spec::read_text(text, options);
  REQUIRE(spec);
  REQUIRE(!spec->entries().empty());
  try {
    spec->lower(0, cuts);
  } catch (const Refusal& r) {
    return {r.code(), r.reason(), r.way_out(), r.where().line};
  }
  return {};
}

std::string code(const std::string& text, const std::vector<std::string>& cuts = {}) {
  const Refused refused = refusal(text, cuts);
  CHECK((refused.code.empty() || refused.line > 0));
  return refused.code;
}

/// Of a function of x whose body is given.
std::string code_of_body(const std::string& body) {
  return code(
      "#include <array>\n#include <cmath>\n#include <utility>\n"
      "double f(double x) {\n" +
      body + "\n}\n");
}

}  // namespace

TEST_CASE("what a plain body needs is not refused") { CHECK(code_of_body("return x;") == ""); }

TEST_CASE("loops without a count are refused") {
  CHECK(code_of_body("while (x > 1) x *= 0.5; return x;") == "gs-unbounded-loop");
  CHECK(code_of_body("do x *= 0.5; while (x > 1); return x;") == "gs-unbounded-loop");
  // Trips that the count does not bound, or that leave the counting out.
  CHECK(
      code_of_body("int i = 0; while (i < 9) { if (x > 1) { ++i; continue; } x *= x; ++i; } return "
                   "x;") == "gs-unbounded-loop");
  CHECK(code_of_body("int i = 0; while (i < 9) { if (x > 1) ++i; x *= 2; } return x;") ==
        "gs-unbounded-loop");
  CHECK(code_of_body("int i = 0; while (i < 9) { ++i; x *= i; if (x > 9) x -= 1; } return x;") ==
        "gs-unbounded-loop");
  CHECK(code_of_body("int i = 0; do { x *= 2; i += 2; } while (i != 9); return x;") ==
        "gs-unbounded-loop");
  CHECK(code_of_body("unsigned i = 9; while (i--) x *= 2; return x + i;") == "gs-uninitialised");
  CHECK(code_of_body("for (;;) { if (x < 1) return x; x -= 1; }") == "gs-unbounded-loop");
  CHECK(code_of_body("for (int i = 0; i < 3; --i) x += 1; return x;") == "gs-unbounded-loop");
  CHECK(code_of_body("for (int i = 0; i < 4; i *= 2) x += 1; return x;") == "gs-unbounded-loop");
  CHECK(code_of_body("for (int i = 0; i != 3; i += 2) x += 1; return x;") == "gs-unbounded-loop");
  CHECK(code_of_body("for (unsigned i = 3; i >= 0; --i) x += 1; return x;") == "gs-unbounded-loop");
  CHECK(code_of_body("for (unsigned char i = 0; i < 256; ++i) x += 1; return x;") ==
        "gs-unbounded-loop");
  CHECK(code_of_body("for (int i = 0; i != 3 && x > 0; ++i) x -= 1; return x;") ==
        "gs-loop-condition");
  CHECK(code_of_body("for (int i = 0; i < 3 || x > 0; ++i) x -= 1; return x;") ==
        "gs-loop-condition");
  CHECK(code_of_body("for (int i = 0; i < 3 && (x -= 1) > 0; ++i) x += 3; return x;") ==
        "gs-loop-condition");
  CHECK(code_of_body("for (double t = 0; t < 1; t += 0.1) x += t; return x;") == "gs-loop-index");
  CHECK(code_of_body("for (int i = 0; i < 4; ++i) i += 1; return x;") == "gs-loop-index-changes");
  CHECK(code_of_body(
            "int n = 3; for (int i = 0; i < n; ++i) { x += 1; if (x > 0) --n; } return x;") ==
        "gs-loop-bound");
  CHECK(code("double f(double x, int k) { for (int i = 0; i < 9; i += k) x += 1; return x; }") ==
        "gs-loop-step");
  CHECK(code_of_body("for (int i = 0; i < 9; ++i, ++i) x += 1; return x;") ==
        "gs-loop-index-changes");
  CHECK(code_of_body("int i; for (i = 0; i < 9; ++i, i += 2) x += 1; return x;") ==
        "gs-loop-index-changes");
  CHECK(code_of_body("for (int i = 0; i < 9 - i; ++i) x += 1; return x;") == "gs-loop-bound");
  CHECK(code_of_body("for (int i = 0; i < 9 - i; ++i) x += 1; return x;") == "gs-loop-bound");
}

TEST_CASE("loops whose index would wrap around are refused") {
  CHECK(code_of_body("for (unsigned i = 6; i > 0; i -= 4) x += 1; return x;") ==
        "gs-unbounded-loop");
  CHECK(code_of_body("for (unsigned i = 6; i > 0; i -= 3) x += 1; return x;") == "");
  CHECK(code_of_body("for (int i = 3; i > 0u; i -= 2) x += 1; return x;") == "gs-narrowing");
  CHECK(code_of_body("for (unsigned i = 0; i - 1 < 3u; ++i) x += 1; return x;") == "gs-narrowing");
  CHECK(code("double f(double x, unsigned n) { for (unsigned i = 9; i >= n; --i) x += 1; "
             "return x; }") == "gs-unbounded-loop");
  CHECK(code("double f(double x, unsigned n) { for (unsigned i = 0; i + 1 < n; ++i) x += 1; "
             "return x; }") == "");
}

TEST_CASE("jumps, exceptions and the heap are refused") {
  CHECK(code_of_body("again: x *= 0.5; if (x > 1) goto again; return x;") == "gs-goto");
  CHECK(code_of_body("try { x += 1; } catch (...) {} return x;") == "gs-exception");
  CHECK(code_of_body("if (x < 0) throw 1; return x;") == "gs-exception");
  CHECK(code_of_body("double* p = new double(x); return *p;") == "gs-allocation");
}

TEST_CASE("functions that cannot be inlined are refused") {
  CHECK(code("double g(double);\ndouble f(double x) { return g(x); }") == "gs-no-body");
  CHECK(code("static double g(double x) { return x > 1 ? g(x / 2) : x; }\n"
             "double f(double x) { return g(x); }") == "gs-recursion");
  CHECK(code("double f(double x) { return x > 1 ? f(x / 2) : x; }") == "gs-recursion");
  CHECK(code("struct S { virtual double g(double x) { return x; } };\n"
             "double f(double x) { S s; return s.g(x); }") == "gs-virtual-call");
  CHECK(code("struct S { virtual double g(double x) = 0; };\n"
             "static double h(S& s, double x) { return s.g(x); }\n"
             "double f(double x, S& s) { return h(s, x); }") == "gs-virtual-call");
  CHECK(code("static double g(double x) { return x; }\n"
             "double f(double x) { double (*p)(double) = g; return p(x); }") == "gs-indirect-call");
  CHECK(code("static double g(double x) { return x; }\n"
             "static double h(double (*p)(double), double x) { return p(x); }\n"
             "double f(double x) { return h(g, x); }") == "gs-indirect-call");
  CHECK(code("static double g(int n, ...) { return n; }\n"
             "double f(double x) { return g(1, x); }") == "gs-variadic");
  CHECK(code_of_body("return std::nearbyint(x);") == "gs-unknown-function");
  CHECK(code_of_body("return std::hypot(x, x, x);") == "gs-unknown-function");
}

TEST_CASE("memory that is not known is refused") {
  CHECK(code("double f(const double* const* p) { return p[0][0]; }") == "gs-unknown-memory");
  CHECK(code("double f(const double*& p) { return p[0]; }") == "gs-unknown-memory");
  CHECK(code("double f(double x, const double* p) { return x * p[-1]; }") == "gs-out-of-range");
  CHECK(code("struct S { double* p; };\ndouble f(S s) { return *s.p; }") == "gs-unknown-memory");
  CHECK(code_of_body("double* p = &x; return p[1];") == "gs-unknown-memory");
  CHECK(code_of_body("double* p; return *p;") == "gs-unknown-memory");
  CHECK(code_of_body("double* p = nullptr; return *p;") == "gs-unknown-memory");
  CHECK(code_of_body("double y = 1; double* p = &y; if (x > 0) p = &x; return *p;") ==
        "gs-joined-places");
  CHECK(code_of_body("double y = 1; double& r = x > 0 ? x : y; r = 2; return x;") ==
        "gs-joined-places");
  CHECK(code("#include <algorithm>\ndouble f(double x) { double y = 1; "
             "const double& r = std::max(x, y); y = 5; return r; }") == "gs-joined-places");
}

TEST_CASE("an array whose derivative has an unknown length is refused, where the reason is") {
  const std::string loop =
      "{\ndouble s = 0;\nfor (int i = 0; i < n; ++i)\ns += x[k[i]];\nreturn s; }\n";
  const Refused refused = refusal("double f(const double* x, const int* k, int n) " + loop);
  CHECK(refused.code == "gs-unknown-length");
  CHECK(refused.line == 4);
  CHECK(code("#include <gradsmith/spec.hpp>\ndouble f(const gradsmith::data<double>* x, "
             "gradsmith::param<double> y, const int* k, int n) " +
             loop) == "");
}

TEST_CASE("a mark for room that the function uses is for what it can write") {
  CHECK(code("#include <gradsmith/spec.hpp>\n"
             "double f(const gradsmith::work<double>* w, double x) { return x * w[0]; }") ==
        "gs-work-mark");
  CHECK(code("#include <gradsmith/spec.hpp>\n"
             "double f(gradsmith::work<double>* w, double x) { w[0] = x; return x * w[0]; }") ==
        "");
}

TEST_CASE("what lives outside the function and changes is refused") {
  CHECK(code("int calls = 0;\ndouble f(double x) { ++calls; return x; }") == "gs-mutable-global");
  CHECK(code("double scale = 2;\ndouble f(double x) { return scale * x; }") == "gs-mutable-global");
  CHECK(code("extern const double k;\ndouble f(double x) { return k * x; }") ==
        "gs-unknown-constant");
  CHECK(code_of_body("static double last = 0; last += x; return last;") == "gs-mutable-global");
  CHECK(code_of_body("static const double first = x; return first;") == "gs-static-local");
  CHECK(code_of_body("volatile double v = x; return v;") == "gs-volatile");
  CHECK(code("double f(volatile double x) { return x; }") == "gs-volatile");
}

TEST_CASE("integers that C++ would wrap or cut are refused") {
  CHECK(code_of_body("return static_cast<int>(x);") == "gs-cast-to-int");
  CHECK(code_of_body("int n = x; return n;") == "gs-cast-to-int");
  CHECK(code("double f(double x, unsigned n) { return x * (n - 1); }") == "gs-unsigned-arithmetic");
  CHECK(code("double f(double x, unsigned n) { return x * (n + 1); }") == "gs-unsigned-arithmetic");
  CHECK(code("#include <cstddef>\ndouble f(double x, int n) { return x * std::size_t(n); }") ==
        "gs-narrowing");
  CHECK(code("double f(double x, int n) { return x * static_cast<char>(n); }") == "gs-narrowing");
  CHECK(code("double f(double x) { return x * (2147483647 + 1); }") == "gs-integer-overflow");
  CHECK(code("double f(double x, int n) { return x * (n ^ 3); }") == "gs-bitwise");
  CHECK(code("double f(double x) { const int n = 0; return x * (1 / n); }") ==
        "gs-division-by-zero");
  CHECK(code("double f(double x, unsigned n) { return x * (n << 1); }") ==
        "gs-unsigned-arithmetic");
  CHECK(code("double f(double x, unsigned n) { return x * (n * n); }") == "gs-unsigned-arithmetic");
  CHECK(code("double f(double x, unsigned n) { return x * (n % 7 * 3 + 1 + n / 8); }") == "");
  CHECK(code("double f(double x, unsigned n, int m) { return n < m ? x : 1; }") == "gs-narrowing");
  CHECK(code("double f(double x, unsigned n, long m) { return n < m ? x : 1; }") == "");
  CHECK(code("double f(double x, long n) { return x * static_cast<int>(n); }") == "gs-narrowing");
}

TEST_CASE("an unsigned integer of 64 bits is not computed with") {
  const std::string head = "#include <cstddef>\ndouble f(double x, std::size_t n, std::size_t m) ";
  CHECK(code(head + "{ return x * n; }") == "");
  CHECK(code(head + "{ return n > 5 && n != m ? x : 1; }") == "");
  CHECK(code(head + "{ const double a[4] = {x, 1, 2, 3}; return a[2 * n - m] * n; }") == "");
  CHECK(code(head + "{ for (std::size_t i = 0; i < n; ++i) x += i + 1; return x; }") == "");
  CHECK(code(head + "{ return x * (n + 1); }") == "gs-unsigned-arithmetic");
  CHECK(code(head + "{ return x * (n / 2); }") == "gs-unsigned-arithmetic");
  CHECK(code(head + "{ return x * (n % 2); }") == "gs-unsigned-arithmetic");
  CHECK(code(head + "{ return x * (n * m); }") == "gs-unsigned-arithmetic");
  CHECK(code(head + "{ return x * (n > 3 ? n : m); }") == "gs-unsigned-arithmetic");
  CHECK(code(head + "{ const double a[4] = {x, 1, 2, 3}; return a[n % 4]; }") ==
        "gs-unsigned-arithmetic");
  CHECK(code(head + "{ return x * static_cast<long>(n); }") == "gs-narrowing");
  CHECK(
      code("#include <cstddef>\ndouble f(double x, const std::size_t n[2]) { return x * n[0]; }") ==
      "gs-unsigned-arithmetic");
}

TEST_CASE("operands whose order matters are refused") {
  CHECK(code("double f(double x) { int i = 1; i = i++ + i; return x * i; }") == "gs-unsequenced");
  CHECK(code_of_body("return x * (x += 1);") == "gs-unsequenced");
  CHECK(code("static double g(double a, double b) { return a - b; }\n"
             "double f(double x) { return g(x = 1, x); }") == "gs-unsequenced");
  CHECK(code("static double g(double& a) { return a += 1; }\n"
             "double f(double x) { return g(x) * g(x); }") == "gs-unsequenced");
  CHECK(code_of_body("double y = 1; return (x += 1) * (y += 1);") == "");
  CHECK(code_of_body("double a[2] = {x, 1}; int i = 0; a[i] = i++; return a[0];") == "");
}

TEST_CASE("a compound assignment whose left side changes what its right side reads is refused") {
  const std::string head = "double r[4] = {x, 1, 2, 3}; int m = 1; ";
  CHECK(code_of_body(head + "r[++m] += r[m - 1] * x; return r[2];") == "gs-unsequenced");
  CHECK(code_of_body(head + "r[m++] *= x * (m + 1.5); return r[1];") == "gs-unsequenced");
  CHECK(code_of_body("(x *= 2) += x; return x;") == "gs-unsequenced");
  CHECK(code_of_body(head + "r[m++] += x; return r[1];") == "");
  CHECK(code_of_body(head + "r[++m] = r[m - 1] * x; return r[2];") == "");
  CHECK(code_of_body("x += x *= 2; return x;") == "");
}

TEST_CASE("before C++17 the sides of an assignment have no order") {
  const auto code_in_14 = [](const std::string& body) {
    ReadOptions options;
    options.compiler_arguments = {"-std=c++14"};
    return refusal("double f(double x) {" + body + "}", {}, options).code;
  };
  CHECK(code_in_14("int i = 1; i = i++; return x * i;") == "gs-unsequenced");
  CHECK(code_in_14("x += x *= 2; return x;") == "gs-unsequenced");
  CHECK(code_in_14("double r[3] = {x, 1, 2}; int m = 1; r[++m] += r[m - 1]; return r[1];") ==
        "gs-unsequenced");
  CHECK(code_in_14("double y = 1; x += y *= 2; return x;") == "");
}

TEST_CASE("reads before a value are refused") {
  CHECK(code_of_body("double y; return x + y;") == "gs-uninitialised");
  CHECK(code_of_body("double y; if (x > 0) y = 1; return x + y;") == "gs-uninitialised");
  CHECK(code_of_body("double a[3]; a[0] = x; a[2] = 1; return a[0] + a[1];") == "gs-uninitialised");
  CHECK(code_of_body("double a[3]; for (int i = 0; i < 2; ++i) a[i] = x; return a[2];") ==
        "gs-uninitialised");
  CHECK(code_of_body("double a[3]; for (int i = 0; i < 3; ++i) a[i] = x; return a[2];") == "");
  CHECK(code_of_body("double y; for (int i = 0; i < 3; ++i) { y = x + i; } return y;") == "");
  CHECK(code("struct P { double a, b; };\n"
             "double f(double x) { P p; p.a = x; return p.a + p.b; }") == "gs-uninitialised");
  CHECK(
      code(
          "double f(double x, int n) { double y; for (int i = 0; i < n; ++i) y = x; return y; }") ==
      "gs-uninitialised");
  CHECK(code_of_body("if (x > 0) return x;") == "gs-missing-return");
}

TEST_CASE("subscripts that are known to be outside are refused") {
  CHECK(code("double f(const double a[3]) { return a[3]; }") == "gs-out-of-range");
  CHECK(code("double f(const double a[3]) { const double* p = a + 1; return p[-2]; }") ==
        "gs-out-of-range");
}

TEST_CASE("types without numbers are refused") {
  CHECK(code("long double f(long double x) { return x; }\ndouble g(double x) { return f(x); }") ==
        "gs-type");
  CHECK(code("#include <list>\ndouble f(const std::list<double>& v) { return v.front(); }") ==
        "gs-type");
  CHECK(code("#include <complex>\ndouble f(double x) { std::complex<double> z(x, 1); "
             "return z.real(); }") == "gs-type");
  CHECK(code_of_body("union { double a; float b; } u; u.a = x; return u.a;") == "gs-type");
  CHECK(code_of_body("struct { int n : 3; } s; s.n = 1; return x * s.n;") == "gs-type");
  CHECK(code("struct S { double x; ~S() { x = 0; } };\n"
             "double f(double x) { S s{x}; return s.x; }") == "gs-type");
  CHECK(code("double f(double x, int n) { double a[n]; a[0] = x; return a[0]; }") == "gs-type");
  CHECK(code_of_body("return *reinterpret_cast<double*>(&x);") == "gs-cast");
  CHECK(code_of_body("const double y = x; const_cast<double&>(y) = 2; return y;") == "gs-cast");
  CHECK(code_of_body("return ({ x + 1; });") == "gs-extension");
}

TEST_CASE("an interface that generated code could not spell is refused") {
  CHECK(code("struct P { double a; };\ndouble f(const P& p) { return p.a; }") ==
        "gs-interface-type-in-spec");
  CHECK(code("enum Kind { one, two };\ndouble f(double x, Kind k) { return k == one ? x : 0; }") ==
        "gs-interface-type-in-spec");
  CHECK(code("double& f(double& x) { return x; }") == "gs-type");
  CHECK(code("double f(double&& x) { return x; }") == "gs-type");
  CHECK(code("#include <gradsmith/spec.hpp>\nvoid f(gradsmith::data<double>& x) { x *= 2; }") ==
        "gs-data-written");
}

TEST_CASE("the way out and the place are those of the author's line") {
  const Refused refused = refusal(
      "double f(double x) {\n  double y = x;\n  while (y > 1) y /= 2;\n"
      "  return y;\n}\n");
  CHECK(refused.code == "gs-unbounded-loop");
  CHECK(refused.line == 3);
  CHECK(refused.way_out ==
        "let it count its trips up to a bound at its end, `while (i < n && ...) { ...; ++i; }`, or "
        "write "
        "`for (int i = begin; i < end; ++i)`");
}

TEST_CASE("locals that cannot be held as independent are refused") {
  const std::string f =
      "double f(double x) { double a = x * x; double b = a; b += 1; double c[2] = "
      "{a, b}; int n = 2; if (x > 0) { double d = 1; a + d; } return c[0] * n; }";
  CHECK(code(f, {"a"}) == "");
  CHECK(code(f, {"b"}) == "gs-local-assigned-twice");
  CHECK(code(f, {"c"}) == "gs-local-array");
  CHECK(code(f, {"n"}) == "gs-local-not-floating");
  CHECK(code(f, {"d"}) == "gs-local-conditional");
  CHECK(code(f, {"e"}) == "gs-unknown-local");
  CHECK(
      code("double f(double x) { double s = 0; for (int i = 0; i < 3; ++i) { double t = x; s += t; "
           "} return s; }",
           {"t"}) == "gs-local-conditional");
}

}  // namespace gradsmith
