#include "passes/product_terms.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace gradsmith {
namespace {

bool is_product(Op op) { return op == Op::Mul || op == Op::Div; }

bool is_usable(double coefficient) { return std::isfinite(coefficient) && coefficient != 0; }

/// A choice among numbers.
bool is_scale(const Graph& g, NodeId id) {
  return g.op(id) == Op::If && g.is_constant(g.operand(id, 1)) && g.is_constant(g.operand(id, 2));
}

NodeId power_of(Graph& g, NodeId base, int power, Element element) {
  const NodeId of = power < 0 ? g.apply(Op::Div, {g.number(element, 1), base}) : base;
  NodeId product = of;
  for (int i = 1; i < std::abs(power); ++i) product = g.apply(Op::Mul, {product, of});
  return product;
}

}  // namespace

void multiply(Term& term, NodeId base, int power) {
  for (Factor& f : term.factors) {
    if (f.base == base) {
      f.power += power;
      return;
    }
  }
  term.factors.push_back({base, power});
}

int Term::size() const {
  int size = 0;
  for (const Factor& f : factors) size += std::abs(f.power);
  return size;
}

bool has_scale(const Graph& g, NodeId id) {
  if (!is_product(g.op(id))) return false;
  for (NodeId o : g.operands(id)) {
    if (is_scale(g, o)) return true;
    if (!is_product(g.op(o))) continue;
    for (NodeId inner : g.operands(o)) {
      if (is_scale(g, inner)) return true;
    }
  }
  return false;
}

Term term_of(const Graph& g, NodeId id, const std::vector<bool>& pinned) {
  const auto stays_whole = [&](NodeId part, int power) {
    if (has_scale(g, part)) return true;
    if (part >= pinned.size() || !pinned[part]) return false;
    return g.op(part) == Op::Mul ? power < 0
                                 : g.op(part) == Op::Div && g.is_constant(g.operand(part, 1));
  };
  struct Part {
    NodeId id;
    int power;
  };
  Term term;
  std::vector<Part> parts{{id, 1}};
  int seen = 1;  // factors so far, those that wait in `parts` among them
  while (!parts.empty()) {
    const Part part = parts.back();
    parts.pop_back();
    const Op op = g.op(part.id);
    if (stays_whole(part.id, part.power)) {
      multiply(term, part.id, part.power);
    } else if (op == Op::Neg) {
      term.coefficient = -term.coefficient;
      parts.push_back({g.operand(part.id, 0), part.power});
    } else if (is_product(op) && seen < kMostFactors) {
      ++seen;
      parts.push_back({g.operand(part.id, 1), op == Op::Mul ? part.power : -part.power});
      parts.push_back({g.operand(part.id, 0), part.power});
    } else if (op == Op::Constant) {
      const double c = g.constant_value(part.id);
      const double scaled = part.power > 0 ? term.coefficient * c : term.coefficient / c;
      if (is_usable(c) && is_usable(scaled)) {
        term.coefficient = scaled;
      } else {
        multiply(term, part.id, part.power);
      }
    } else {
      term.cut = term.cut || is_product(op);
      multiply(term, part.id, part.power);
    }
  }
  std::erase_if(term.factors, [](const Factor& f) { return f.power == 0; });
  return term;
}

bool same_powers(const Term& a, const Term& b) {
  return a.factors.size() == b.factors.size() &&
         std::is_permutation(a.factors.begin(), a.factors.end(), b.factors.begin());
}

NodeId product_of(Graph& g, const Term& term, Element element) {
  const double magnitude = std::fabs(term.coefficient);
  NodeId product = kNoNode;
  for (const Factor& f : term.factors) {
    const NodeId power = power_of(g, f.base, f.power, element);
    product = product == kNoNode ? power : g.apply(Op::Mul, {product, power});
  }
  if (product == kNoNode) return g.number(element, term.coefficient);
  if (magnitude != 1) product = g.apply(Op::Mul, {g.number(element, magnitude), product});
  return term.coefficient < 0 ? g.apply(Op::Neg, {product}) : product;
}

}  // namespace gradsmith
