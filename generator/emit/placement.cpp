#include "emit/placement.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "support/check.hpp"

namespace gradsmith {

Guard guard_of(const Terms& terms, NodeId branch) {
  const Graph& g = terms.graph();
  Guard guard{g.operand(branch, 0), {g.operand(branch, 1), g.operand(branch, 2)}};
  while (g.op(guard.condition) == Op::Not) {
    guard.condition = g.operand(guard.condition, 0);
    std::swap(guard.sides[0], guard.sides[1]);
  }
  return guard;
}

class Placer {
 public:
  explicit Placer(Placement& placement)
      : p_(placement), terms_(placement.terms_), uses_(terms_.size()), places_(terms_.size()) {
    p_.regions_.emplace_back();
  }

  void run() {
    level_branches();
    for (const Store& s : terms_.stores()) use(s.value, kFunctionRegion);
    for (NodeId id = static_cast<NodeId>(terms_.size()); id-- > 0;) {
      if (!uses_[id].empty()) place_where_needed(id);
    }
    for (NodeId id = 0; id < terms_.size(); ++id) {
      if (places_[id].size() > 1 && terms_.is_cheap(id)) share(id);
    }
    number_regions();
    make_instances();
  }

 private:
  void use(NodeId node, RegionId region) {
    if (!terms_.is_placed(node)) return;
    auto& uses = uses_[node];
    if (uses.empty() || uses.back() != region) uses.push_back(region);
  }

  /// Gives each branch a level above all that it needs, such that branches on one condition and
  /// level can be one statement: what a branch needs has a lower level, so no cycle can arise.
  void level_branches() {
    std::vector<std::uint32_t> level(terms_.size(), 0);
    std::unordered_map<NodeId, std::vector<std::uint32_t>> of_condition;
    for (NodeId id = 0; id < terms_.size(); ++id) {
      if (!terms_.is_placed(id)) continue;
      for (std::size_t k = 0; k < terms_.operand_count(id); ++k) {
        level[id] = std::max(level[id], level[terms_.operand(id, k)]);
      }
      if (terms_.kind(id) != TermKind::Branch) continue;
      auto& levels = of_condition[guard_of(terms_, id).condition];
      const auto found = std::lower_bound(levels.begin(), levels.end(), level[id] + 1);
      level[id] = found == levels.end() ? level[id] + 1 : *found;
      if (found == levels.end()) levels.push_back(level[id]);
      branch_level_[id] = level[id];
    }
  }

  void place_where_needed(NodeId id) {
    places_[id] = needed_regions(std::move(uses_[id]));
    placed_ += places_[id].size();
    if (placed_ > 8 * terms_.size() + 100'000) {
      throw Refusal("gs-too-many-clones",
                    "keeping every branch from computing what its path does not need would "
                    "multiply the code",
                    "compute what several branches share before the first of them",
                    terms_.function().provenance.where(id));
    }
    for (RegionId region : places_[id]) {
      if (terms_.kind(id) != TermKind::Branch) {
        for (std::size_t k = 0; k < terms_.operand_count(id); ++k) use(terms_.operand(id, k), region);
        continue;
      }
      const Guard guard = guard_of(terms_, id);
      const Group& group = p_.groups_[group_of(region, guard.condition, branch_level_.at(id))];
      use(guard.condition, region);
      use(guard.sides[0], group.sides[0]);
      use(guard.sides[1], group.sides[1]);
    }
  }

  GroupId group_of(RegionId region, NodeId condition, std::uint32_t level) {
    const auto [found, made] = group_ids_.try_emplace({region, condition, level},
                                                      static_cast<GroupId>(p_.groups_.size()));
    if (made) {
      Group group{region, condition, {}, {}};
      for (RegionId& side : group.sides) {
        side = static_cast<RegionId>(p_.regions_.size());
        p_.regions_.push_back({region, p_.regions_[region].depth + 1, found->second, 0, 0, 0});
      }
      p_.groups_.push_back(group);
    }
    return found->second;
  }

  RegionId sibling(RegionId side) const {
    const auto& sides = p_.groups_[p_.regions_[side].group].sides;
    return sides[0] == side ? sides[1] : sides[0];
  }

  /// The highest regions on all of whose paths the term is used, such that every use is inside
  /// one: both sides of a branch need what the region around it then needs.
  std::vector<RegionId> needed_regions(std::vector<RegionId> uses) const {
    if (uses.size() == 1) return uses;
    const auto deeper = [&](RegionId a, RegionId b) {
      const std::uint32_t x = p_.regions_[a].depth;
      const std::uint32_t y = p_.regions_[b].depth;
      return x != y ? x > y : a < b;
    };
    std::set<RegionId, decltype(deeper)> needed(uses.begin(), uses.end(), deeper);
    for (auto it = needed.begin(); it != needed.end(); ++it) {
      if (*it != kFunctionRegion && needed.contains(sibling(*it))) {
        needed.insert(p_.regions_[*it].parent);  // less deep: comes later in this walk
      }
    }
    std::vector<RegionId> highest;
    for (RegionId region : needed) {
      RegionId above = p_.regions_[region].parent;
      while (above != kNowhere && !needed.contains(above)) above = p_.regions_[above].parent;
      if (above == kNowhere) highest.push_back(region);
    }
    std::sort(highest.begin(), highest.end());
    return highest;
  }

  bool is_inside(RegionId region, RegionId outer) const {
    while (p_.regions_[region].depth > p_.regions_[outer].depth) region = p_.regions_[region].parent;
    return region == outer;
  }

  /// Moves a cheap term with several places to the lowest region around them, if what it needs is
  /// there.
  void share(NodeId id) {
    RegionId common = places_[id].front();
    for (RegionId region : places_[id]) {
      while (!is_inside(region, common)) common = p_.regions_[common].parent;
    }
    for (std::size_t k = 0; k < terms_.operand_count(id); ++k) {
      const auto& there = places_[terms_.operand(id, k)];
      if (terms_.is_placed(terms_.operand(id, k)) &&
          std::none_of(there.begin(), there.end(),
                       [&](RegionId r) { return is_inside(common, r); })) {
        return;
      }
    }
    places_[id] = {common};
  }

  void number_regions() {
    auto& regions = p_.regions_;
    std::vector<std::uint32_t> size(regions.size(), 1);
    for (RegionId r = static_cast<RegionId>(regions.size()); r-- > 1;) {
      size[regions[r].parent] += size[r];
    }
    std::vector<std::uint32_t> next(regions.size(), 1);
    for (RegionId r = 0; r < regions.size(); ++r) {
      if (r != kFunctionRegion) {
        regions[r].entry = next[regions[r].parent];
        next[regions[r].parent] += size[r];
        next[r] = regions[r].entry + 1;
      }
      regions[r].end = regions[r].entry + size[r];
    }
  }

  void make_instances() {
    p_.first_.resize(terms_.size() + 1, 0);
    for (NodeId id = 0; id < terms_.size(); ++id) {
      auto& places = places_[id];
      std::sort(places.begin(), places.end(), [&](RegionId a, RegionId b) {
        return p_.regions_[a].entry < p_.regions_[b].entry;
      });
      for (RegionId region : places) {
        Instance instance{id, region, kNowhere};
        if (terms_.kind(id) == TermKind::Branch) {
          instance.group = group_of(region, guard_of(terms_, id).condition, branch_level_.at(id));
          p_.groups_[instance.group].members.push_back(
              static_cast<InstanceId>(p_.instances_.size()));
        }
        ++p_.regions_[region].content;
        p_.instances_.push_back(instance);
      }
      p_.first_[id + 1] = static_cast<std::uint32_t>(p_.instances_.size());
    }
  }

  Placement& p_;
  const Terms& terms_;
  std::vector<std::vector<RegionId>> uses_;
  std::vector<std::vector<RegionId>> places_;
  std::unordered_map<NodeId, std::uint32_t> branch_level_;
  std::map<std::tuple<RegionId, NodeId, std::uint32_t>, GroupId> group_ids_;
  std::size_t placed_ = 0;
};

Placement::Placement(const Terms& terms) : terms_(terms) { Placer(*this).run(); }

InstanceId Placement::seen_from(NodeId node, RegionId region) const {
  if (!terms_.is_placed(node)) return kNowhere;
  const std::uint32_t entry = regions_[region].entry;
  // The instances of a node lie in disjoint regions: the last one that begins before is the one.
  const auto begin = instances_.begin() + first_[node];
  const auto end = instances_.begin() + first_[node + 1];
  const auto after = std::upper_bound(begin, end, entry, [&](std::uint32_t e, const Instance& i) {
    return e < regions_[i.region].entry;
  });
  GRADSMITH_CHECK(after != begin && entry < regions_[std::prev(after)->region].end,
                  "node {} is not computed where it is used", node);
  return static_cast<InstanceId>(std::prev(after) - instances_.begin());
}

NodeId Placement::operand_node(InstanceId instance, std::size_t k) const {
  const NodeId node = instances_[instance].node;
  if (terms_.kind(node) != TermKind::Branch) return terms_.operand(node, k);
  const Guard guard = guard_of(terms_, node);
  return k == 0 ? guard.condition : guard.sides[k - 1];
}

InstanceId Placement::operand(InstanceId instance, std::size_t k) const {
  const Instance& i = instances_[instance];
  const NodeId node = operand_node(instance, k);
  const bool side = i.group != kNowhere && k > 0;
  return seen_from(node, side ? groups_[i.group].sides[k - 1] : i.region);
}

}  // namespace gradsmith
