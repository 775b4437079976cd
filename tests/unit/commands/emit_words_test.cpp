#include "commands/emit_words.hpp"

#include <catch2/catch.hpp>

#include "commands/status.hpp"

using namespace gradsmith;

namespace {

Function scalar_function(const std::string& name, const std::vector<std::string>& parameters) {
  Function f;
  f.name = name;
  f.namespaces = {"lab", "!v1"};
  for (const std::string& parameter : parameters) {
    const NodeId input = f.graph.input(parameter, scalar_type(Element::F64));
    Parameter p;
    p.name = parameter;
    p.leaves.push_back({{}, scalar_type(Element::F64), input});
    f.parameters.push_back(std::move(p));
  }
  f.outputs.push_back({"", {}, f.parameters[0].leaves[0].input});
  return f;
}

/// loss(w, x) and prediction(w, y) in one file.
std::vector<LoweredSpec> example() {
  std::vector<LoweredSpec> specs(1);
  specs[0].path = "example.cpp";
  specs[0].functions.push_back({0, scalar_function("loss", {"w", "x"}), {}});
  specs[0].functions.push_back({1, scalar_function("prediction", {"w", "y"}), {}});
  return specs;
}

std::string words_of(const LoweredFunction& f) {
  std::vector<std::string> texts;
  for (const Word& word : f.words) texts.push_back(word.text);
  return join(texts, " ");
}

std::string code_of(const std::vector<std::string>& entries, bool refused = false) {
  std::vector<LoweredSpec> specs = example();
  specs[0].refused = refused;
  try {
    assign_words(entries, specs);
  } catch (const UsageError& error) {
    return error.code();
  }
  return "";
}

}  // namespace

TEST_CASE("without entries a scalar function gets its value and gradient") {
  std::vector<LoweredSpec> specs = example();
  assign_words({}, specs);
  CHECK(words_of(specs[0].functions[0]) == "value gradient");
  CHECK(words_of(specs[0].functions[1]) == "value gradient");
  CHECK(specs[0].wanted.empty());
}

TEST_CASE("a fixed word is for all functions, a word of names for those that have them") {
  std::vector<LoweredSpec> specs = example();
  assign_words({"value", "d_w", "d_y"}, specs);
  CHECK(words_of(specs[0].functions[0]) == "value d_w");
  CHECK(words_of(specs[0].functions[1]) == "value d_w d_y");
}

TEST_CASE("a word before a colon names its function, qualified or not") {
  std::vector<LoweredSpec> specs = example();
  assign_words({"loss:hessian", "lab::v1::prediction:value", "loss:d_x"}, specs);
  CHECK(words_of(specs[0].functions[0]) == "hessian d_x");
  CHECK(words_of(specs[0].functions[1]) == "value");
}

TEST_CASE("words come in the order of the vocabulary and once") {
  std::vector<LoweredSpec> specs = example();
  assign_words({"d_x", "hessian", "gradient", "value", "d_w", "value"}, specs);
  CHECK(words_of(specs[0].functions[0]) == "value gradient hessian d_x d_w");
  std::vector<std::string> wanted;
  for (const WantedEntry& entry : specs[0].wanted) wanted.push_back(entry.text);
  CHECK(join(wanted, " ") == "value gradient hessian d_x d_w");
}

TEST_CASE("a word that no function understands is wrong usage") {
  CHECK(code_of({"value", "d_q"}) == "gs-unknown-word");
  CHECK(code_of({"gradients"}) == "gs-unknown-word");
  CHECK(code_of({"loss:d_y"}) == "gs-unknown-word");
  CHECK(code_of({"losses:value"}) == "gs-unknown-function-name");
}

TEST_CASE("where a function was refused, a word may have been meant for it") {
  CHECK(code_of({"value", "d_q"}, true).empty());
}

TEST_CASE("a spec for which nothing is wanted is wrong usage") {
  std::vector<LoweredSpec> specs = example();
  specs.emplace_back();
  specs[1].path = "other.cpp";
  specs[1].functions.push_back({0, scalar_function("other", {"q"}), {}});
  CHECK_THROWS_AS(assign_words({"d_w"}, specs), UsageError);
}

TEST_CASE("sparse makes jacobian and hessian the sparse ones, and leaves other words") {
  std::vector<LoweredSpec> specs = example();
  assign_words({"loss:hessian", "jacobian", "value", "d_x"}, specs, true);
  CHECK(words_of(specs[0].functions[0]) == "value sparse_jacobian sparse_hessian d_x");
  CHECK(words_of(specs[0].functions[1]) == "value sparse_jacobian");
  std::vector<std::string> wanted;
  for (const WantedEntry& entry : specs[0].wanted) wanted.push_back(entry.text);
  CHECK(join(wanted, " ") == "value jacobian loss:hessian d_x");
}

TEST_CASE("sparse without a matrix is wrong usage") {
  std::vector<LoweredSpec> specs = example();
  CHECK_THROWS_AS(assign_words({"value", "gradient"}, specs, true), UsageError);
  specs = example();
  CHECK_THROWS_AS(assign_words({}, specs, true), UsageError);
}
