#include "unit/frontend/texts.hpp"

namespace gradsmith {
namespace {

const std::string kChain =
    "#include <cmath>\ndouble f(double x, double y) {\n  const double a = x * y;\n"
    "  const double b = a + std::exp(a);\n  double c;\n  c = b * a;\n  return c;\n}\n";

std::string shown(const Function& f, const std::string& local) {
  const Local* l = f.local(local);
  REQUIRE(l);
  return to_infix(f.graph, l->value);
}

}  // namespace

TEST_CASE("locals are known with their last values") {
  const Function f = lowered_text(kChain);
  CHECK(f.locals.size() == 3);
  CHECK(shown(f, "a") == "(x * y)");
  CHECK(shown(f, "b") == "((x * y) + exp((x * y)))");
  CHECK(f.local("c")->assignments == 1);
  CHECK(f.local("a")->where.line == 3);
  CHECK_FALSE(f.local("a")->conditional);
}

TEST_CASE("a cut local is an input, and what it stood for is kept") {
  const Function f = lowered_text(kChain, {"a"});
  CHECK(to_infix(f.graph, f.outputs[0].value) == "((a + exp(a)) * a)");
  CHECK(f.local("a")->cut);
  CHECK(shown(f, "a") == "(x * y)");
}

TEST_CASE("a local that is assigned after its declaration can be cut") {
  const Function f = lowered_text(kChain, {"c"});
  CHECK(to_infix(f.graph, f.outputs[0].value) == "c");
}

TEST_CASE("several locals can be cut at once") {
  const Function f = lowered_text(kChain, {"a", "b"});
  CHECK(to_infix(f.graph, f.outputs[0].value) == "(b * a)");
  CHECK(shown(f, "b") == "(a + exp(a))");
}

TEST_CASE("equal values of two locals stay apart when one is cut") {
  const Function f = lowered_text(
      "double f(double x) { double a = x * x; double b = x * x; return a * b; }", {"a"});
  CHECK(to_infix(f.graph, f.outputs[0].value) == "(a * (x * x))");
}

TEST_CASE("assignments are counted where they are made") {
  const Function f = lowered_text(
      "void g(double& r) { r *= 2; }\ndouble f(double x) {\n"
      "double once = x, twice = x, looped = 0, through = x, arr[2] = {x, 1};\ntwice += 1;\n"
      "for (int i = 0; i < 3; ++i) { looped += twice; double inner = looped; looped += inner; }\n"
      "g(through); arr[1] = 2; if (x > 0) { double inside = through; twice -= inside; }\n"
      "return once + twice + looped + through + arr[0]; }");
  CHECK(f.local("once")->assignments == 1);
  CHECK(f.local("twice")->assignments == 3);
  CHECK(f.local("looped")->assignments > 1);
  CHECK(f.local("through")->assignments == 2);
  CHECK(f.local("arr")->assignments == 2);
  CHECK(f.local("inner")->conditional);
  CHECK(f.local("inside")->conditional);
  CHECK_FALSE(f.local("looped")->conditional);
}

TEST_CASE("values have the names of the variables that hold them, inputs and constants have not") {
  const Function f = lowered_text(
      "double f(double x) {\n  double same = x;\n  double one = 1;\n  double t = same + one;\n"
      "  double u = t;\n  return u * t;\n}\n");
  const NodeId product = f.outputs[0].value;
  const NodeId t = f.graph.operand(product, 0);
  REQUIRE(f.provenance.named(t));
  CHECK(f.provenance.named(t)->name == "t");
  CHECK(f.provenance.where(t).line == 4);
  CHECK(f.provenance.named(product) == nullptr);
  CHECK(f.provenance.where(product).line == 6);
  CHECK(f.provenance.named(f.graph.operand(t, 0)) == nullptr);
  CHECK(f.provenance.named(f.graph.operand(t, 1)) == nullptr);
}

}  // namespace gradsmith
