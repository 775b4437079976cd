#include "unit/frontend/texts.hpp"

namespace gradsmith {
namespace {

Role role(const std::string& text, std::size_t parameter, const ReadOptions& options = {}) {
  return lowered_text("#include <gradsmith/spec.hpp>\nusing namespace gradsmith;\n" + text, {},
                      options)
      .parameters[parameter]
      .role;
}

}  // namespace

TEST_CASE("floating parameters are differentiated by, integers are data") {
  CHECK(role("double f(double x, int n) { return x * n; }", 0) == Role::Param);
  CHECK(role("double f(double x, int n) { return x * n; }", 1) == Role::Data);
  CHECK(role("double f(double x, bool b) { return b ? x : 0; }", 1) == Role::Data);
}

TEST_CASE("marks choose what is differentiated by") {
  CHECK(role("double f(param<double> x, double y) { return x * y; }", 0) == Role::Param);
  CHECK(role("double f(param<double> x, double y) { return x * y; }", 1) == Role::Data);
  CHECK(role("double f(data<double> x, double y) { return x * y; }", 0) == Role::Data);
  CHECK(role("double f(data<double> x, double y) { return x * y; }", 1) == Role::Param);
  CHECK(role("using real = param<double>; double f(real x, double y) { return x * y; }", 1) ==
        Role::Data);
  CHECK(role("double f(const data<double> (&x)[2], double y) { return x[0] * y; }", 0) ==
        Role::Data);
}

TEST_CASE("the option --wrt chooses over the marks") {
  ReadOptions options;
  options.wrt = {"y"};
  CHECK(role("double f(param<double> x, double y) { return x * y; }", 0, options) == Role::Data);
  CHECK(role("double f(param<double> x, double y) { return x * y; }", 1, options) == Role::Param);
  options.wrt = {"f:x"};
  CHECK(role("double f(double x, double y) { return x * y; }", 1, options) == Role::Data);
}

TEST_CASE("the option --wrt with a name that no function has is an error") {
  ReadOptions options;
  options.wrt = {"z"};
  CHECK_THROWS_WITH(spec_of("double f(double x) { return x; }", options),
                    Catch::Contains("gs-unknown-wrt"));
  options.wrt = {"g:x"};
  CHECK_THROWS_WITH(spec_of("double f(double x) { return x; }", options),
                    Catch::Contains("gs-unknown-wrt"));
}

TEST_CASE("a parameter that is written before it is read is an output") {
  CHECK(role("void f(double x, double& y) { y = x; }", 1) == Role::Output);
  CHECK(role("void f(double x, double& y) { y = x; y *= 2; }", 1) == Role::Output);
  CHECK(role("void f(double x, double& y) { if (x > 0) y = 1; else y = x; }", 1) == Role::Output);
  CHECK(role("void f(double x, double y[2]) { y[1] = x; y[0] = y[1]; }", 1) == Role::Output);
  CHECK(
      role("void f(double x, double y[2][2]) { for (int i = 0; i < 2; ++i) for (int j = 0; j < 2; "
           "++j) y[j][i] = x; }",
           1) == Role::Output);
}

TEST_CASE("a parameter that is read before it is written, or partly kept, is input and output") {
  CHECK(role("void f(double x, double& y) { y += x; }", 1) == Role::InOut);
  CHECK(role("void f(double x, double& y) { if (x > 0) y = x; }", 1) == Role::InOut);
  CHECK(role("void f(double x, double y[2]) { y[0] = x; }", 1) == Role::InOut);
  CHECK(role("double f(double x, double& y) { const double t = y; y = x; return t; }", 1) ==
        Role::InOut);
  CHECK(role("double f(double x, double& y) { return x * y; }", 1) == Role::Param);
}

TEST_CASE("outputs are the returned leaves, then what was written, in order") {
  const Function f = lowered_text(
      "#include <array>\nstd::array<double, 2> f(double x, double& a, double b[2], double& c) {\n"
      "c = 1 * x; b[0] = x; b[1] = 2; return {x, a}; }");
  std::vector<std::string> names;
  for (const Output& o : f.outputs) names.push_back(leaf_name(o.root, o.steps));
  CHECK(names == std::vector<std::string>{"[]", "b[]", "c"});
  CHECK(f.value_outputs == 3);
  CHECK(f.result == Spelling{"std::array<double, 2> ", ""});
  CHECK(f.result_leaves.size() == 1);
  CHECK(to_infix(f.graph, f.outputs[0].value) == "pack(2: x, a)");
}

TEST_CASE("a function that computes nothing is refused") {
  const auto spec = spec_of(
      "#include <gradsmith/spec.hpp>\nvoid f(gradsmith::param<double> x) { "
      "x += 1; }");
  REQUIRE(spec);
  CHECK_THROWS_AS(spec->lower(0), Refusal);
}

TEST_CASE("lowering twice gives the same graph") {
  const std::string text =
      "double f(const double a[3], double x) { double h[3]; for (int i = 0; i < 3; ++i) { h[i] = "
      "a[i] * x; if (h[i] > 2) return h[i]; } return h[0] + h[2]; }";
  CHECK(to_sexpr(lowered_text(text)) == to_sexpr(lowered_text(text)));
}

}  // namespace gradsmith
