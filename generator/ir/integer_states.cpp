#include "ir/integer_states.hpp"

#include <algorithm>
#include <array>

namespace gradsmith {
namespace {

// As deep as loops are followed that leave integers to others.
constexpr int kDeepest = 12;

/// 0^d + 1^d + ... + m^d, by Faulhaber's formulas.
Polynomial power_sum(std::size_t d, const Polynomial& m) {
  const Polynomial up = m + Polynomial(1);
  switch (d) {
    case 0:
      return up;
    case 1:
      return (m * up).scaled({1, 2});
    case 2:
      return (m * up * (m + up)).scaled({1, 6});
    case 3:
      return (m * up * m * up).scaled({1, 4});
    default:
      throw PolynomialTooLarge();
  }
}

/// The sum of p over index = from, from + 1, ..., to; where to is from - 1, it is 0.
Polynomial sum(const Polynomial& p, NodeId index, const Polynomial& from, const Polynomial& to) {
  Polynomial total;
  for (const auto& [product, factor] : p.terms()) {
    Polynomial rest(1);
    std::size_t power = 0;
    for (NodeId u : product) {
      if (u == index) {
        ++power;
      } else {
        rest = rest * Polynomial::unknown(u);
      }
    }
    const Polynomial powers = power_sum(power, to) - power_sum(power, from - Polynomial(1));
    total += (rest * powers).scaled(factor);
  }
  return total;
}

}  // namespace

IntegerStates::IntegerStates(const Graph& graph, Polynomials& polynomials)
    : g_(graph), polynomials_(polynomials) {
  for (NodeId id = 0; id < g_.size(); ++id) {
    if (g_.op(id) != Op::Bound || g_[id].type != scalar_type(Element::Index)) continue;
    bounds_[{g_[id].level, g_.slot(id)}] = id;
  }
}

NodeId IntegerStates::bound(int level, int slot) const {
  const auto found = bounds_.find({level, slot});
  return found == bounds_.end() ? kNoNode : found->second;
}

std::optional<Polynomial> IntegerStates::growth(NodeId fold, int state, const LoopNest& inner,
                                                NodeId index, const Forms& forms) {
  const FoldParts parts = g_.fold_parts(fold);
  const NodeId own = bound(parts.level, state + 1);
  if (own == kNoNode) return std::nullopt;
  const NodeId next = parts.nexts[static_cast<std::size_t>(state)];
  const Polynomial grows = closed(polynomials_.of(next), inner, forms) - Polynomial::unknown(own);
  return hangs_on_trips(g_, grows, index, parts.level) ? std::nullopt : std::optional(grows);
}

void IntegerStates::enter(NodeId fold, const LoopNest& outer, const LoopNest& inner, NodeId index,
                          Forms& forms) {
  const FoldParts parts = g_.fold_parts(fold);
  const std::size_t count = parts.inits.size();
  // A loop inside may have had the same states.
  std::erase_if(forms, [&](const auto& form) { return g_[form.first].level >= parts.level; });
  const std::int64_t step = g_.is_constant(parts.range.step) ? g_.index_value(parts.range.step) : 0;
  if (index == kNoNode || (step != 1 && step != -1)) return;
  Forms found;
  for (std::size_t k = 0; k < count; ++k) {
    const NodeId own = bound(parts.level, static_cast<int>(k) + 1);
    const NodeId init = g_.fold_parts(fold).inits[k];
    if (own == kNoNode || g_[init].type != scalar_type(Element::Index)) continue;
    try {
      const auto grows = growth(fold, static_cast<int>(k), inner, index, forms);
      if (!grows) continue;
      const Polynomial here = Polynomial::unknown(index);
      const Polynomial before = step > 0 ? sum(*grows, index, inner.first(), here - Polynomial(1))
                                         : sum(*grows, index, here + Polynomial(1), inner.first());
      found.emplace(own, closed(polynomials_.of(init), outer, forms) + before);
    } catch (const PolynomialTooLarge&) {
    }
  }
  forms.merge(found);
}

std::optional<Polynomial> IntegerStates::final_form(NodeId final, const LoopNest& outer,
                                                    const Forms& forms) {
  const NodeId fold = g_.operand(final, 0);
  const FoldParts parts = g_.fold_parts(fold);
  const NodeId index = bound(parts.level, 0);
  const NodeId init = parts.inits[static_cast<std::size_t>(g_.slot(final))];
  LoopNest inner = outer;
  if (!inner.enter(g_, polynomials_, parts.level, index, parts.range)) return std::nullopt;
  const std::int64_t step = g_.index_value(parts.range.step);
  if (step != 1 && step != -1) return std::nullopt;
  // A negative number of trips is none.
  const Polynomial trips =
      (step > 0 ? inner.last() - inner.first() : inner.first() - inner.last()) + Polynomial(1);
  if (!outer.never_negative(trips)) return std::nullopt;
  const auto grows = growth(fold, g_.slot(final), inner, index, forms);
  if (!grows) return std::nullopt;
  const Polynomial start = closed(polynomials_.of(init), outer, forms);
  if (index == kNoNode || !grows->mentions(index)) return start + *grows * trips;
  const bool up = step > 0;
  return start +
         sum(*grows, index, up ? inner.first() : inner.last(), up ? inner.last() : inner.first());
}

Polynomial IntegerStates::closed(Polynomial p, const LoopNest& nest, const Forms& forms) {
  if (depth_ >= kDeepest) return p;
  ++depth_;
  for (NodeId u : p.unknowns()) {
    if (const auto form = forms.find(u); form != forms.end()) {
      p = p.with(u, form->second);
    } else if (g_.op(u) == Op::Final) {
      if (const auto form_of = final_form(u, nest, forms)) p = p.with(u, *form_of);
    }
  }
  --depth_;
  return p;
}

}  // namespace gradsmith
