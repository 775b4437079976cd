#include "unit/frontend/texts.hpp"

namespace gradsmith {

TEST_CASE("the author's tree is kept, operation by operation") {
  CHECK(formula_of_body("return 4 * x * y + std::exp(-1 * y);") ==
        "(((4 * x) * y) + exp((-1 * y)))");
  CHECK(formula_of_body("return x + 0 * y - (1 - x) / 1.0;") == "((x + (0 * y)) - ((1 - x) / 1))");
  CHECK(formula_of_body("return std::sqrt(2.0) * (1.0 / 3.0);") == "(sqrt(2) * (1 / 3))");
}

TEST_CASE("a minus before a literal is part of the constant, before anything else an operation") {
  CHECK(formula_of_body("return -1.5 * x;") == "(-1.5 * x)");
  CHECK(formula_of_body("return -(2) * x;") == "(-2 * x)");
  CHECK(formula_of_body("return -x * y;") == "((-x) * y)");
  CHECK(formula_of_body("return -(x * y);") == "(-(x * y))");
}

TEST_CASE("integers become constants where they meet floating numbers") {
  CHECK(formula_of_body("const int n = 2; return x * (n + 1) / n;") == "((x * 3) / 2)");
  CHECK(formula_of_body("return 7 / 2 * x;") == "(3 * x)");
  CHECK(formula_of_body("return std::pow(x, 3) + true;") == "(pow(x, 3) + 1)");
}

TEST_CASE("conversions between float and double are operations") {
  CHECK(formula("double f(float x, double y) { return x * y; }") == "(double(x) * y)");
  CHECK(formula("float f(float x) { return std::exp(x) * 2; }") == "(exp(x) * 2f)");
  CHECK(formula("float f(double x) { return x; }") == "float(x)");
  CHECK(formula("float f(float x) { return x * 0.5; }") == "float((double(x) * 0.5))");
}

TEST_CASE("a function of the library is known however it is reached") {
  for (const char* call : {"std::tanh(x)", "::tanh(x)", "tanh(x)", "(tanh)(x)"}) {
    CHECK(formula(std::string("double f(double x) { return ") + call + "; }") == "tanh(x)");
  }
  CHECK(formula("namespace a { using std::tanh; double f(double x) { return tanh(x); } }") ==
        "tanh(x)");
  CHECK(formula("using namespace std; double f(double x) { return tanh(x); }") == "tanh(x)");
  CHECK(formula("float f(float x) { return tanhf(x); }") == "tanh(x)");
  CHECK(formula("extern \"C\" double erf(double);\ndouble f(double x) { return erf(x); }") ==
        "erf(x)");
}

TEST_CASE("a user's own function of a library name is inlined") {
  CHECK(formula("namespace a { double tanh(double x) { return x / 2; }\n"
                "double f(double x) { return tanh(x); } }") == "(x / 2)");
}

TEST_CASE("conditional operators choose lazily between values") {
  CHECK(formula_of_body("return x < y ? x : 2 * y;") == "((x < y) ? x : (2 * y))");
  CHECK(formula_of_body("return x ? y : 1;") == "((x != 0) ? y : 1)");
  CHECK(formula_of_body("return !(x > 0) && y < 1 || x == y ? 1 : 0;") ==
        "double(((((!(x > 0)) && (y < 1)) || (x == y)) ? 1i : 0i))");
}

TEST_CASE("a condition that is known when compiling leaves one side") {
  CHECK(formula("template <int n> double g(double x) { if (n > 2) return x; else return 1 / x; }\n"
                "double f(double x) { return g<3>(x); }") == "x");
  CHECK(formula_of_body("const int mode = 1; return mode == 1 ? x : y;") == "x");
}

TEST_CASE("a sum of very many terms needs no deep stack") {
  std::string sum = "x";
  for (int i = 0; i < 20000; ++i) sum += i % 2 ? " + y" : " - x * y";
  const Function f = lowered_text("double f(double x, double y) { return " + sum + "; }");
  CHECK(f.graph.size() > 20000);
}

TEST_CASE("a chain of very many statements needs no deep stack") {
  std::string body = "double f(double x) {\n  double t = x;\n";
  for (int i = 0; i < 20000; ++i) body += "  t = t * x + 1;\n";
  const Function f = lowered_text(body + "  return t;\n}\n");
  CHECK(f.graph.size() > 40000);
}

}  // namespace gradsmith
