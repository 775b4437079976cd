#include "commands/step_aside.hpp"

#include <catch2/catch.hpp>

using namespace gradsmith;

namespace {

LoweredFunction with_parameters(const std::vector<std::string>& names) {
  LoweredFunction lowered;
  lowered.function.name = "f";
  for (const std::string& name : names) {
    Parameter p;
    p.name = name;
    lowered.function.parameters.push_back(p);
  }
  return lowered;
}

std::vector<Item> partials_and_gradient() {
  Function gradient;
  gradient.name = "f_gradient";
  Parameter d;
  d.name = "d";
  d.spelling = {"const f_partials& ", ""};
  d.value_spelling = {"f_partials ", ""};
  gradient.parameters.push_back(d);
  return {StructDefinition{"f_partials", {}, ""}, NamedConstant{"f_rows", 1, ""}, gradient};
}

}  // namespace

TEST_CASE("names that no parameter has stay") {
  std::vector<Item> items = partials_and_gradient();
  const LoweredFunction f = with_parameters({"x", "partials"});
  step_aside(items, std::span(&f, 1));
  CHECK(std::get<StructDefinition>(items[0]).name == "f_partials");
  CHECK(std::get<NamedConstant>(items[1]).name == "f_rows");
}

TEST_CASE("a struct called like a parameter is renamed wherever it is mentioned") {
  std::vector<Item> items = partials_and_gradient();
  const LoweredFunction f = with_parameters({"f_partials", "f_partials_", "f_gradient", "f_rows"});
  step_aside(items, std::span(&f, 1));
  CHECK(std::get<StructDefinition>(items[0]).name == "f_partials_2");
  CHECK(std::get<NamedConstant>(items[1]).name == "f_rows_");
  const Function& gradient = std::get<Function>(items[2]);
  CHECK(gradient.name == "f_gradient");
  CHECK(gradient.parameters[0].spelling.before == "const f_partials_2& ");
  CHECK(gradient.parameters[0].value_spelling.before == "f_partials_2 ");
}
