#include "commands/formulas.hpp"

#include <catch2/catch.hpp>

#include "commands/status.hpp"
#include "ir/expr.hpp"
#include "ir/print.hpp"
#include "passes/simplify.hpp"

using namespace gradsmith;

namespace {

Expr add_number(Function& f, const std::string& name) {
  Parameter p;
  p.name = name;
  p.leaves.push_back(
      {{}, scalar_type(Element::F64), f.graph.input(name, scalar_type(Element::F64))});
  f.parameters.push_back(p);
  return {&f.graph, p.leaves[0].input};
}

/// z = 4xy + exp(-1 y), as the fifth lab writes it.
LoweredFunction lab() {
  LoweredFunction lowered;
  Function& f = lowered.function;
  f.name = "z";
  const Expr x = add_number(f, "x");
  const Expr y = add_number(f, "y");
  f.outputs.push_back({"", {}, (4 * x * y + exp(-1 * y)).id});
  f.value_outputs = 1;
  return lowered;
}

Formulas formulas_of(const LoweredFunction& lowered, const std::string& word) {
  return textbook_formulas({}, lowered, read_word(word, lowered.function));
}

std::string infix(const Formulas& formulas, std::size_t which = 0) {
  const Function& f = formulas.function;
  return to_infix(f.graph, f.outputs.at(which).value);
}

}  // namespace

TEST_CASE("the textbook's derivative is the lab's, character for character") {
  CHECK(infix(formulas_of(lab(), "d_x")) ==
        "(((((0 * x) + (4 * 1)) * y) + ((4 * x) * 0)) + (exp((-1 * y)) * ((0 * y) + (-1 * 0))))");
}

TEST_CASE("a second derivative is the derivative of the first") {
  Formulas formulas = formulas_of(lab(), "d_x_d_y");
  CHECK(formulas.labels == std::vector<std::string>{"d^2 z / (d x d y)"});
  formulas.function = simplify(std::move(formulas.function));
  CHECK(infix(formulas) == "4");
}

TEST_CASE("a gradient is one formula per parameter") {
  const Formulas formulas = formulas_of(lab(), "gradient");
  CHECK(formulas.labels == std::vector<std::string>{"d z / d x", "d z / d y"});
  CHECK(infix(formulas, 0) == infix(formulas_of(lab(), "d_x")));
  CHECK(infix(formulas, 1) == infix(formulas_of(lab(), "d_y")));
}

TEST_CASE("one formula of several stands alone") {
  const Function y = single_formula(formulas_of(lab(), "gradient"), 1);
  REQUIRE(y.outputs.size() == 1);
  CHECK(to_infix(y.graph, y.outputs[0].value) == infix(formulas_of(lab(), "d_y")));
}

TEST_CASE("an array result is a formula per element") {
  LoweredFunction lowered = lab();
  Function& f = lowered.function;
  const std::int64_t shape[] = {2};
  const NodeId pair[] = {f.parameters[0].leaves[0].input, f.parameters[1].leaves[0].input};
  f.outputs = {{"out", {Step{}}, f.graph.pack(f.graph.array_type(Element::F64, shape), pair)}};
  const Formulas formulas = output_formulas(f, "z");
  CHECK(formulas.labels == std::vector<std::string>{"out[0]", "out[1]"});
  CHECK(infix(formulas, 1) == "y");
}

TEST_CASE("words that are no list of derivatives are wrong usage") {
  CHECK_THROWS_AS(formulas_of(lab(), "hvp"), UsageError);
}

TEST_CASE("a formula that grows with every sharing is refused before it is written out") {
  LoweredFunction lowered = lab();
  Function& f = lowered.function;
  Expr e{&f.graph, f.outputs[0].value};
  CHECK_NOTHROW(require_readable(f));
  for (int i = 0; i < 200; ++i) e = e * e;
  f.outputs[0].value = e.id;
  CHECK_THROWS_AS(require_readable(f), Refusal);
}
