#pragma once

// Small functions for the tests of passes.

#include <string>
#include <vector>

#include "ir/expr.hpp"
#include "ir/print.hpp"
#include "passes/simplify.hpp"

namespace gradsmith::test {

/// A function of scalars x, y, z, u, v, w (F64), i, j (Index) and p, q (Bool), with a result to
/// fill in.
struct Sketch {
  Function f;
  Expr x = input("x"), y = input("y"), z = input("z");
  Expr u = input("u"), v = input("v"), w = input("w");
  Expr i = input("i", Element::Index), j = input("j", Element::Index);
  Expr p = input("p", Element::Bool), q = input("q", Element::Bool);

  Sketch() = default;
  Sketch(const Sketch&) = delete;
  Sketch& operator=(const Sketch&) = delete;

  Expr input(const char* name, Element element = Element::F64) {
    return {&f.graph, f.graph.input(name, scalar_type(element))};
  }
  Expr number(double value, Element element = Element::F64) {
    return {&f.graph, f.graph.number(element, value)};
  }
  Expr boolean(bool value) { return {&f.graph, f.graph.boolean(value)}; }

  void output(const Expr& e) { f.outputs.push_back({"", {}, e.id}); }
  /// The results as parts of a derivative, after a pass.
  std::vector<std::string> after(Function (*pass)(Function), const std::vector<Expr>& results) {
    f.outputs.clear();
    for (const Expr& e : results) output(e);
    f.value_outputs = 0;
    const Function made = pass(f);
    std::vector<std::string> shown;
    for (const Output& o : made.outputs) shown.push_back(to_infix(made.graph, o.value));
    return shown;
  }
  /// The result as the author's value, simplified under a policy.
  std::string author(const Expr& e, FpPolicy policy = FpPolicy::Strict) {
    f.outputs.clear();
    output(e);
    f.value_outputs = 1;
    f.policy = policy;
    const Function after = simplify(f);
    return to_infix(after.graph, after.outputs[0].value);
  }
  /// As part of a derivative.
  std::string free(const Expr& e) {
    f.outputs.clear();
    output(e);
    f.value_outputs = 0;
    const Function after = simplify(f);
    return to_infix(after.graph, after.outputs[0].value);
  }
};

}  // namespace gradsmith::test
