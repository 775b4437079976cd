#pragma once

// How exactly a derivative can be known in double: its value by MPFR at 200 bits, and the largest
// amount by which the rounding of a single operation shows in it. Passes are measured in units of
// that, so that a cancellation that a derivative has anyhow does not count as a loss.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "e2e/wide.hpp"
#include "scalar_graphs.hpp"

namespace gradsmith::test {

using e2e::Wide;

/// The value of an operator of the menus at 200 bits, but for choices.
inline Wide wide_value(Op op, const Wide& x, const Wide& y) {
  static const std::map<Op, e2e::WideUnary> unary{
      {Op::Sqrt, mpfr_sqrt},   {Op::Exp, mpfr_exp}, {Op::Expm1, mpfr_expm1}, {Op::Log, mpfr_log},
      {Op::Log1p, mpfr_log1p}, {Op::Sin, mpfr_sin}, {Op::Cos, mpfr_cos},     {Op::Tanh, mpfr_tanh},
      {Op::Fabs, mpfr_abs},    {Op::Neg, mpfr_neg}};
  static const std::map<Op, e2e::WideBinary> binary{
      {Op::Add, mpfr_add},  {Op::Sub, mpfr_sub},          {Op::Mul, mpfr_mul},
      {Op::Div, mpfr_div},  {Op::Pow, mpfr_pow},          {Op::Min, mpfr_min},
      {Op::Fmax, mpfr_max}, {Op::Copysign, mpfr_copysign}};
  if (const auto row = unary.find(op); row != unary.end()) return e2e::wide(row->second, x);
  const auto row = binary.find(op);
  INFO("no reference for " << op_name(op));
  REQUIRE(row != binary.end());
  return e2e::wide(row->second, x, y);
}

/// What is known about the nodes of a derivative at one point, by id.
struct Reference {
  std::vector<Wide> value;
  /// `largest` of a node: changing one operation's result by a relative e changes the node by up to
  /// e * largest. Of sums that differentiation made the terms count as operations: it is free in
  /// which order they are added.
  std::vector<double> largest;
  /// Whether changes by roundings are so small that they are proportional everywhere.
  bool smooth = true;
};

/// Of nodes in ascending order, operands included. Truth values are those of `rounded`, which has
/// the nodes as double computes them. The sums among `authors` are taken as they are.
inline Reference reference_at(const Graph& g, const std::vector<NodeId>& nodes,
                              const std::vector<double>& rounded,
                              const std::vector<bool>& authors) {
  constexpr double kRounding = 0x1p-53;
  constexpr double kSmall = 1e-9;  // its square is below a rounding
  Reference r{std::vector<Wide>(g.size()), std::vector<double>(g.size(), 0)};
  for (NodeId id : nodes) {
    const auto o = g.operands(id);
    const auto x = [&](std::size_t k) { return r.value[o[k]].number(); };
    const auto of = [&](std::size_t k) { return r.largest[o[k]]; };
    if (o.empty() || g.element(id) == Element::Bool) {
      r.value[id] = Wide(rounded[id]);
      continue;
    }
    if (g.op(id) == Op::If) {
      const NodeId side = o[rounded[o[0]] != 0 ? 1 : 2];
      r.value[id] = r.value[side];
      r.largest[id] = r.largest[side];
      continue;
    }
    r.value[id] = wide_value(g.op(id), r.value[o[0]], r.value[o.back()]);
    const double f = r.value[id].number();
    const double size = std::fabs(f);
    double& largest = r.largest[id];
    const auto passes_on = [&](std::size_t k, double slope) {
      if (of(k) > 0) largest = std::max(largest, std::fabs(slope) * of(k));
    };
    const auto bent = [&](double scale) {
      if (!(of(0) * kRounding <= kSmall * std::fabs(scale))) r.smooth = false;
    };
    // The exponent of the derivative of a power, y - 1, is exact.
    const bool exponent = g.op(id) == Op::Sub && g.is_constant(o[0]) && g.is_constant(o[1]);
    if (!exponent) largest = size;
    switch (g.op(id)) {
      case Op::Neg:
      case Op::Fabs:
      case Op::Copysign:
        largest = of(0);
        break;
      case Op::Min:
      case Op::Fmax:
        largest = std::max(of(0), of(1));
        break;
      case Op::Add:
      case Op::Sub:
        passes_on(0, 1);
        passes_on(1, 1);
        if (!authors[id] && !exponent) {
          largest = std::max({largest, std::fabs(x(0)), std::fabs(x(1))});
        }
        break;
      case Op::Mul:
        // Of both together: the factors of a power are off in one direction.
        largest = std::max(size, std::fabs(x(1)) * of(0) + std::fabs(x(0)) * of(1));
        break;
      case Op::Div:
        passes_on(0, 1 / x(1));
        passes_on(1, f / x(1));
        if (!(of(1) * kRounding <= kSmall * std::fabs(x(1)))) r.smooth = false;
        break;
      case Op::Sqrt:
        passes_on(0, 1 / (2 * f));
        bent(x(0));
        break;
      case Op::Exp:
        passes_on(0, f);
        bent(1);
        break;
      case Op::Expm1:
        passes_on(0, 1 + f);
        bent(1);
        break;
      case Op::Log:
        passes_on(0, 1 / x(0));
        bent(x(0));
        break;
      case Op::Log1p:
        passes_on(0, 1 / (1 + x(0)));
        bent(1 + x(0));
        break;
      case Op::Sin:
        passes_on(0, std::cos(x(0)));
        bent(1);
        break;
      case Op::Cos:
        passes_on(0, std::sin(x(0)));
        bent(1);
        break;
      case Op::Tanh:
        passes_on(0, 1 - f * f);
        bent(1);
        break;
      case Op::Pow:
        REQUIRE(of(1) == 0);  // a constant
        passes_on(0, x(1) * f / x(0));
        if (of(0) > 0) bent(x(0));
        break;
      default:
        FAIL("the sensitivity of " + std::string(op_name(g.op(id))));
    }
  }
  return r;
}

/// The nodes that are evaluated at a point, where only the sides of choices that are taken are.
inline std::vector<NodeId> evaluated(const Graph& g, const std::vector<NodeId>& roots,
                                     const std::vector<double>& value) {
  std::vector<bool> needed(g.size(), false);
  for (NodeId id : roots) needed[id] = true;
  std::vector<NodeId> found;
  for (auto id = static_cast<NodeId>(g.size()); id-- > 0;) {
    if (!needed[id]) continue;
    found.push_back(id);
    const auto o = g.operands(id);
    for (std::size_t k = 0; k < o.size(); ++k) {
      const std::size_t other = g.op(id) == Op::If ? (value[o[0]] != 0 ? 2 : 1) : o.size();
      if (k != other) needed[o[k]] = true;
    }
  }
  std::reverse(found.begin(), found.end());
  return found;
}

}  // namespace gradsmith::test
