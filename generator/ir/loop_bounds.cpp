#include "ir/loop_bounds.hpp"

namespace gradsmith {
namespace {

constexpr std::size_t kMostBounds = 4;

/// What is not negative exactly where a comparison of integers holds.
std::optional<Polynomial> margin(const Graph& g, Polynomials& read, NodeId condition) {
  if (g.op(condition) == Op::Not) {
    const auto opposite = margin(g, read, g.operand(condition, 0));
    if (!opposite) return std::nullopt;
    return Polynomial(-1) - *opposite;
  }
  const Op op = g.op(condition);
  if (op != Op::Lt && op != Op::Le && op != Op::Gt && op != Op::Ge) return std::nullopt;
  const auto o = g.operands(condition);
  if (g.element(o[0]) != Element::Index) return std::nullopt;
  const Polynomial up = read.of(o[1]) - read.of(o[0]);
  switch (op) {
    case Op::Lt:
      return up - Polynomial(1);
    case Op::Le:
      return up;
    case Op::Gt:
      return Polynomial(-1) - up;
    default:
      return up.scaled({-1, 1});
  }
}

/// The bound taken apart once, at an unknown that loops change; nothing where it is one bound.
std::vector<Polynomial> parts(const Graph& g, Polynomials& read, const Polynomial& bound,
                              bool upper) {
  for (NodeId u : bound.unknowns()) {
    std::optional<Op> op = g.op(u);
    if (g.free(u) == 0) continue;
    if (op == Op::If) op = extreme_of_sides(g, read, u);
    if (op != Op::Min && op != Op::Max) continue;
    const Polynomial rest = bound.with(u, Polynomial());
    const bool rises = bound == rest + Polynomial::unknown(u);
    if (!rises && !(bound == rest - Polynomial::unknown(u))) continue;
    if ((op == Op::Min) != (upper == rises)) continue;
    const auto o = g.operands(u);
    const std::size_t first = o.size() - 2;
    return {bound.with(u, read.of(o[first])), bound.with(u, read.of(o[first + 1]))};
  }
  return {};
}

std::vector<Polynomial> bounds(const Graph& g, Polynomials& read, const Polynomial& bound,
                               bool upper) {
  try {
    std::vector<Polynomial> found{bound};
    for (std::size_t k = 0; k < found.size() && found.size() < kMostBounds;) {
      const std::vector<Polynomial> both = parts(g, read, found[k], upper);
      if (both.empty()) {
        ++k;
      } else {
        found[k] = both[0];
        found.push_back(both[1]);
      }
    }
    return found;
  } catch (const PolynomialTooLarge&) {
    return {bound};
  }
}

}  // namespace

std::optional<Op> extreme_of_sides(const Graph& g, Polynomials& read, NodeId choice) {
  const auto o = g.operands(choice);
  const auto holds = margin(g, read, o[0]);
  if (!holds) return std::nullopt;
  const Polynomial more = read.of(o[1]) - read.of(o[2]);
  // At equal sides it does not matter which is taken.
  const auto is_nearly = [](const Polynomial& a, const Polynomial& b) {
    return a == b || a == b + Polynomial(1);
  };
  if (is_nearly(more, *holds)) return Op::Max;
  if (is_nearly(more.scaled({-1, 1}), *holds)) return Op::Min;
  return std::nullopt;
}

std::vector<Polynomial> lower_bounds(const Graph& g, Polynomials& read, const Polynomial& low) {
  return bounds(g, read, low, false);
}

std::vector<Polynomial> upper_bounds(const Graph& g, Polynomials& read, const Polynomial& high) {
  return bounds(g, read, high, true);
}

}  // namespace gradsmith
