#include "unit/frontend/texts.hpp"

namespace gradsmith {

TEST_CASE("a loop is a fold of what its body changes") {
  CHECK(
      formula("double f(const double a[5]) { double s = 0; for (int i = 0; i < 5; ++i) s += a[i]; "
              "return s; }") == "fold(i1 in 0..5, s1_1 from 0: (s1_1 + a[][i1])).0");
}

TEST_CASE("a loop keeps the author's bounds and step") {
  CHECK(formula_of_body("for (int i = 7; i > 1; i -= 2) x = x * i; return x;") ==
        "fold(i1 in 7..1 by -2, s1_1 from x: (s1_1 * double(i1))).0");
  CHECK(formula_of_body("for (int i = 1; i <= 3; ++i) x = x * i; return x;") ==
        "fold(i1 in 1..4, s1_1 from x: (s1_1 * double(i1))).0");
}

TEST_CASE("an inner loop's range may depend on the outer index") {
  CHECK(formula_of_body(
            "for (int i = 0; i < 3; ++i) for (int j = 0; j < i; ++j) x *= y; return x;") ==
        "fold(i1 in 0..3, s1_1 from x: fold(i2 in 0..i1, s2_1 from s1_1: (s2_1 * y)).0).0");
}

TEST_CASE("what a loop only reads is no state of it") {
  CHECK(formula_of_body(
            "double k = x; double s = 0; for (int i = 0; i < 3; ++i) s += k * y; return s;") ==
        "fold(i1 in 0..3, s1_1 from 0: (s1_1 + (x * y))).0");
}

TEST_CASE("a state that turns out not to change is what it was before") {
  CHECK(formula_of_body(
            "double k = x, s = 0; for (int i = 0; i < 3; ++i) { k = k; s += k; } return s;") ==
        "fold(i1 in 0..3, s1_1 from 0: (s1_1 + x)).0");
}

TEST_CASE("equal loops are one node, wherever they stand") {
  const Function f = lowered_text(
      "double f(double x) { double s = 0; for (int i = 0; i < 3; ++i) { double t = 0; "
      "for (int j = 0; j < 4; ++j) t += x; s += t; } double u = 0; for (int k = 0; k < 4; ++k) "
      "u += x; return s * u; }");
  int folds = 0;
  for (NodeId id : reachable(f.graph, output_values(f))) folds += f.graph.op(id) == Op::Fold;
  CHECK(folds == 2);
}

TEST_CASE("a parameter may be a loop's bound") {
  const Function f = lowered_text(
      "double f(double x, int n) { double s = 0; for (int i = 0; i < n; ++i) s += x; return s; }");
  CHECK(f.parameters[1].role == Role::Data);
  CHECK(to_infix(f.graph, f.outputs[0].value) == "fold(i1 in 0..n, s1_1 from 0: (s1_1 + x)).0");
}

TEST_CASE("a size without a sign is a bound as it is, one off it too where nothing wraps around") {
  const std::string head =
      "#include <cstddef>\ndouble f(const double* x, std::size_t n) { double s = 0; ";
  CHECK(formula(head + "for (std::size_t i = 0; i < n; ++i) s += x[i]; return s; }") ==
        "fold(i1 in 0..n, s1_1 from 0: (s1_1 + x[][i1])).0");
  CHECK(formula(head + "for (std::size_t i = n; i-- > 0;) s += x[i]; return s; }") ==
        "fold(i1 in (n - 1)..-1 by -1, s1_1 from 0: (s1_1 + x[][i1])).0");
  CHECK(formula(head + "for (std::size_t i = 0; i + 1 < n; ++i) s += x[i + 1]; return s; }") ==
        "fold(i1 in 0..(n - 1), s1_1 from 0: (s1_1 + x[][(i1 + 1)])).0");
}

TEST_CASE("a loop that moves a pointer is lowered trip by trip") {
  CHECK(formula("double f(const double a[2]) { const double* p = a; double s = 0; "
                "for (int i = 0; i < 2; ++i) s += *p++; return s; }") == "((0 + a[][0]) + a[][1])");
}

TEST_CASE("break is a state of the loop") {
  CHECK(formula_of_body("for (int i = 0; i < 3; ++i) { x += 1; if (x > y) break; } return x;") ==
        "fold(i1 in 0..3, s1_1 from x, s1_2 from false: (s1_2 ? s1_1 : (s1_1 + 1)), "
        "(s1_2 || ((s1_1 + 1) > y))).0");
}

TEST_CASE("names inside a loop belong to its scope") {
  const Function f = lowered_text(
      "double f(double x) { double s = 0; for (int i = 0; i < 3; ++i) { double t = x * i; s += t * "
      "t; "
      "} return s; }");
  std::vector<std::string> names;
  for (NodeId id : reachable(f.graph, output_values(f))) {
    if (f.graph.op(id) != Op::Fold) continue;
    for (NodeId b : reachable(f.graph, f.graph.fold_parts(id).nexts)) {
      if (const Origin* origin = f.provenance.named(b, id)) names.push_back(origin->name);
    }
  }
  CHECK(names == std::vector<std::string>{"s", "i", "t", "s"});
}

}  // namespace gradsmith
