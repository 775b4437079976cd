#include "ir/regions.hpp"

#include <ranges>

#include "ir/arrays.hpp"

namespace gradsmith {

Regions::Regions(const Graph& g, std::span<const NodeId> roots, std::span<const NodeId> live)
    : g_(g) {
  const auto everywhere = [&](NodeId id) {
    return Levels(static_cast<std::size_t>(scope_of(g, id)) + 1, 0);
  };
  for (NodeId id : roots) regions_[id] = everywhere(id);
  for (NodeId id : std::views::reverse(live)) {
    const auto scope = static_cast<std::size_t>(scope_of(g, id));
    // Extents of types are no operands.
    Levels levels = regions_.try_emplace(id, everywhere(id)).first->second;
    const auto operands = g.operands(id);
    const std::size_t outside = is_binder(g.op(id)) ? g.outside_operands(id) : operands.size();
    for (std::size_t k = 0; k < operands.size(); ++k) {
      if (k == outside) levels.resize(static_cast<std::size_t>(g[id].level) + 1, 0);
      if (g.op(id) != Op::If || k == 0) {
        use(operands[k], levels);
        continue;
      }
      // Scopes around that know the condition are on that side, too.
      Levels inside = levels;
      for (auto at = static_cast<std::size_t>(scope_of(g, operands[0])); at <= scope; ++at) {
        inside[at] = side(levels[at], {operands[0], k == 1});
      }
      use(operands[k], inside);
    }
  }
}

bool Regions::encloses(Id outer, Id inner) const { return common(outer, inner) == outer; }

std::vector<Regions::Side> Regions::around(NodeId id) const {
  std::vector<Side> sides;
  for (Id at = of(id); at != 0; at = tree_[at].around) sides.push_back(tree_[at].side);
  return sides;
}

Regions::Id Regions::side(Id around, const Side& side) {
  const auto [found, fresh] =
      sides_.try_emplace({around, side.condition, side.holds}, tree_.size());
  if (fresh) tree_.push_back({around, tree_[around].depth + 1, side});
  return found->second;
}

Regions::Id Regions::common(Id a, Id b) const {
  while (a != b) {
    Id& deeper = tree_[a].depth >= tree_[b].depth ? a : b;
    deeper = tree_[deeper].around;
  }
  return a;
}

/// Adds a use where the regions of the scopes around are `levels`.
void Regions::use(NodeId id, std::span<const Id> levels) {
  const auto own = levels.first(static_cast<std::size_t>(scope_of(g_, id)) + 1);
  const auto [found, first] = regions_.try_emplace(id, own.begin(), own.end());
  if (first) return;
  for (std::size_t k = 0; k < own.size(); ++k) {
    found->second[k] = common(found->second[k], own[k]);
  }
}

NodeId holding_on(Graph& g, const Regions::Side& side) {
  return side.holds ? side.condition : g.apply(Op::Not, {side.condition});
}

}  // namespace gradsmith
