#pragma once

// Instances of rewrite rules: both sides as nodes, over chosen constants and variables.

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "passes/rules.hpp"
#include "scalar_graphs.hpp"

namespace gradsmith::test {

using Kind = PatternNode::Kind;

/// Every rule in every order of commutative operands.
inline std::vector<const Rule*> all_rules() {
  std::vector<const Rule*> found;
  for (std::size_t op = 0; op < op_rows().size() + static_cast<std::size_t>(op_rows()[0].op);
       ++op) {
    for (const Rule& rule : rules_at(static_cast<Op>(op))) found.push_back(&rule);
  }
  return found;
}

inline std::string described(const Rule& rule) {
  return std::string(rule.row->name) + ":  " + std::string(rule.row->left) + "  ->  " +
         std::string(rule.row->right);
}

/// Which kinds of number a rule can be applied to.
inline std::vector<Element> elements_of(const Rule& rule) {
  bool real = true;
  bool integer = true;
  bool logic = true;
  for (const PatternNode& p : rule.left.places()) {
    if (p.kind == Kind::IndexValue) real = false;
    if (p.kind == Kind::PowerOfTwo) integer = false;
    if (p.kind == Kind::Literal && (p.value != std::trunc(p.value) || std::signbit(p.value))) {
      integer = false;
    }
    if (p.kind != Kind::Application || !is_operator(p.op)) continue;
    const Signature signature = op_row(p.op).signature;
    if (signature == Signature::Real) integer = false;
    if (signature != Signature::Logic) logic = false;
  }
  if (logic && real) return {Element::F64};
  std::vector<Element> found;
  if (real) found = {Element::F64, Element::F32};
  if (integer) found.push_back(Element::Index);
  return found;
}

inline double random_constant(Kind kind, Element element, std::mt19937_64& random) {
  for (;;) {
    double c = element == Element::Index ? static_cast<double>(static_cast<int>(random() % 41) - 20)
               : element == Element::F32 ? static_cast<double>(random_number<float>(random))
                                         : random_number<double>(random);
    if (kind == Kind::PowerOfTwo)
      c = std::ldexp(random() % 2 ? 1.0 : -1.0, int(random() % 60) - 30);
    if (kind == Kind::Negative && !(c < 0)) continue;
    if (std::isfinite(c)) return c;
  }
}

/// An instance of a rule: its two sides as nodes, over inputs for what matches anything.
struct Instance {
  Graph graph;
  std::array<NodeId, 26> bound{};
  NodeId left = kNoNode;
  NodeId right = kNoNode;  ///< kNoNode: a constant is not representable, the rule does not apply
};

/// `constant(kind)` gives a constant's value, `variable(graph, name)` a node for a variable.
template <class ConstantOf, class VariableOf>
Instance instance(const Rule& rule, Element element, const ConstantOf& constant,
                  const VariableOf& variable) {
  Instance made;
  Match match;
  match.bound.fill(kNoNode);
  match.element = element;
  for (const PatternNode& p : rule.left.places()) {
    if (p.letter == 0) continue;
    NodeId& bound = match.bound[static_cast<std::size_t>(p.letter - 'a')];
    if (bound != kNoNode) continue;
    if (p.kind == Kind::Condition) {
      bound = made.graph.input(std::string(1, p.letter), scalar_type(Element::Bool));
    } else if (p.kind == Kind::Constant || p.kind == Kind::Negative || p.kind == Kind::PowerOfTwo) {
      bound = made.graph.number(element, constant(p.kind));
    } else {
      bound = variable(made.graph, p.letter);
    }
  }
  made.left = *rule.left.instantiate(made.graph, match);
  Match found;
  REQUIRE(rule.left.matches(made.graph, made.left, rule.row->exactness == Exactness::Exact, found));
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    const auto i = static_cast<std::size_t>(letter - 'a');
    CHECK(found.bound[i] == match.bound[i]);
  }
  made.bound = match.bound;
  made.right = rule.right.instantiate(made.graph, found).value_or(kNoNode);
  return made;
}

inline NodeId input_of(Graph& g, char letter, Element element) {
  return g.input(std::string(1, letter), scalar_type(element));
}

}  // namespace gradsmith::test
