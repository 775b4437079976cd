#include "frontend/likely_length.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gradsmith::frontend {
namespace {

/// Sums of products of inputs; empty where it is something else.
std::string text_of(const Graph& g, const Polynomial& p) {
  std::string text;
  for (std::size_t degree = 8; degree-- > 0;) {
    for (const auto& [product, factor] : p.terms()) {
      if (product.size() != degree) continue;
      const bool inputs =
          std::ranges::all_of(product, [&](NodeId u) { return g.op(u) == Op::Input; });
      if (!inputs || factor.denominator != 1) return "";
      const std::int64_t size = factor.numerator < 0 ? -factor.numerator : factor.numerator;
      std::string term = size != 1 || product.empty() ? fmt::format("{}", size) : "";
      for (NodeId u : product) term += (term.empty() ? "" : "*") + g.input_name(u);
      if (factor.numerator < 0) {
        text += "-";
      } else if (!text.empty()) {
        text += "+";
      }
      text += term;
    }
  }
  return text;
}

/// The name of an array of integers that comes as a pointer; empty for other nodes.
std::string integers_named(const Graph& g, NodeId array) {
  if (g.op(array) != Op::Input) return "";
  const std::string& name = g.input_name(array);
  return name.ends_with("[]") ? name.substr(0, name.size() - 2) : "";
}

/// Whether an element is the end of a row in an array of offsets: the one before it begins the row.
bool is_offset(const Graph& g, Polynomials& polynomials, NodeId at) {
  const Polynomial before = polynomials.of(g.operand(at, 1)) - Polynomial(1);
  for (NodeId id = 0; id < g.size(); ++id) {
    if (g.op(id) != Op::At || g.operands(id).size() != 2) continue;
    if (g.operand(id, 0) == g.operand(at, 0) && polynomials.of(g.operand(id, 1)) == before) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string likely_length(const Graph& g, Polynomials& polynomials, const ArrayAccess& access) {
  try {
    Polynomial length = access.nest.at_upper_bounds(access.place) + Polynomial(1);
    for (NodeId u : length.unknowns()) {
      if (g.free(u) == 0) continue;
      if (g.op(u) != Op::At || g.operands(u).size() != 2) return "";
      if (length == Polynomial::unknown(u)) {
        if (!is_offset(g, polynomials, u)) return "";
        const std::string name = integers_named(g, g.operand(u, 0));
        const std::string at =
            text_of(g, access.nest.at_upper_bounds(polynomials.of(g.operand(u, 1))));
        return name.empty() || at.empty() ? "" : fmt::format("{}[{}]", name, at);
      }
      // A row ends where the next one begins.
      Polynomial apart;
      for (NodeId i : access.place.unknowns()) {
        if (g.op(i) != Op::Bound || g.free(i) != g.free(u)) continue;
        apart = access.place.difference(i);
      }
      if (apart.is_zero()) return "";
      length = length.with(u, apart);
    }
    return text_of(g, length);
  } catch (const PolynomialTooLarge&) {
    return "";
  }
}

}  // namespace gradsmith::frontend
