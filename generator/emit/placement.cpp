#include "emit/placement.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "support/check.hpp"

namespace gradsmith {

class Placer {
 public:
  explicit Placer(Placement& placement)
      : p_(placement),
        terms_(placement.terms_),
        uses_(terms_.size()),
        places_(terms_.size()),
        movable_(terms_.size(), false) {
    p_.regions_.emplace_back();
  }

  void run() {
    level_branches();
    for (const Store& s : terms_.stores()) use(s.value, kFunctionRegion);
    for (NodeId array : terms_.effects()) use(array, kFunctionRegion);
    for (NodeId id = static_cast<NodeId>(terms_.size()); id-- > 0;) {
      if (!uses_[id].empty()) place_where_needed(id);
    }
    for (NodeId id = 0; id < terms_.size(); ++id) {
      if (places_[id].size() > 1 && movable_[id]) share(id);
    }
    make_instances();
    p_.find_operands();
    find_exports();
  }

 private:
  void use(NodeId node, RegionId region) {
    node = terms_.carrier(node);
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
        level[id] = std::max(level[id], level[terms_.carrier(terms_.operand(id, k))]);
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
    std::vector<RegionId> uses = std::move(uses_[id]);
    if (terms_.kind(id) == TermKind::Branch) {
      place_branch(id, uses);
    } else {
      movable_[id] =
          terms_.is_cheap(id) && !terms_.table().may_fail(id) && means_the_same(id, uses);
      // A term that may still move (see share) needs its operands at all its uses.
      places_[id] = terms_.is_read_early(id) ? std::vector<RegionId>{kFunctionRegion}
                                             : needed_regions(std::move(uses), !movable_[id]);
      for (RegionId region : places_[id]) {
        for (std::size_t k = 0; k < terms_.operand_count(id); ++k) {
          use(terms_.operand(id, k), region);
        }
      }
    }
    placed_ += places_[id].size();
    if (placed_ > 8 * terms_.size() + 100'000) {
      throw Refusal("gs-too-many-clones",
                    "keeping every branch from computing what its path does not need would "
                    "multiply the code",
                    "compute what several branches share before the first of them",
                    terms_.function().provenance.where(id));
    }
  }

  /// Where the condition is known and the branch does not stand around, only its side is needed.
  void place_branch(NodeId id, const std::vector<RegionId>& uses) {
    const Guard guard = guard_of(terms_, id);
    std::vector<RegionId> open;
    for (RegionId region : uses) {
      if (!p_.facts_.known(guard.condition, region)) open.push_back(region);
    }
    if (!open.empty()) places_[id] = needed_regions(std::move(open), true);
    for (RegionId region : uses) {
      const std::optional<bool> holds = p_.facts_.known(guard.condition, region);
      if (!holds || std::any_of(places_[id].begin(), places_[id].end(),
                                [&](RegionId place) { return p_.is_inside(region, place); })) {
        continue;
      }
      use(guard.sides[*holds ? 0 : 1], region);
    }
    for (RegionId region : places_[id]) {
      const Group& group = p_.groups_[group_of(region, guard.condition, branch_level_.at(id))];
      use(guard.condition, region);
      use(guard.sides[0], group.sides[0]);
      use(guard.sides[1], group.sides[1]);
    }
  }

  GroupId group_of(RegionId region, NodeId condition, std::uint32_t level) {
    const auto [found, made] =
        group_ids_.try_emplace({region, condition, level}, static_cast<GroupId>(p_.groups_.size()));
    if (made) {
      const auto next = static_cast<std::uint32_t>(2 * guard_ids_.size() + 2);
      std::uint32_t guard = guard_ids_.try_emplace({region, condition}, next).first->second;
      Group group{region, condition, level, {}, {}};
      for (RegionId& side : group.sides) {
        side = static_cast<RegionId>(p_.regions_.size());
        p_.regions_.push_back({region, p_.regions_[region].depth + 1, found->second, guard++});
        p_.facts_.enter(region, condition, side == group.sides[0]);
      }
      p_.groups_.push_back(group);
    }
    return found->second;
  }

  std::uint32_t level(RegionId side) const { return p_.groups_[p_.regions_[side].group].level; }

  /// The highest regions on all of whose paths the term is used, such that every use is inside
  /// one: if both sides of a condition need it, the region around them does. With `once`, regions
  /// that run together count as one, the first of them that contains a use.
  std::vector<RegionId> needed_regions(std::vector<RegionId> uses, bool once) const {
    if (uses.size() == 1) return uses;
    const auto& regions = p_.regions_;
    const auto deeper = [&](RegionId a, RegionId b) {
      return regions[a].depth != regions[b].depth ? regions[a].depth > regions[b].depth : a < b;
    };
    std::set<RegionId, decltype(deeper)> needed(uses.begin(), uses.end(), deeper);
    std::unordered_map<std::uint32_t, RegionId> first;  // by guard
    const auto offer = [&](RegionId region) {
      const auto [found, made] = first.try_emplace(regions[region].guard, region);
      if (!made && level(region) < level(found->second)) found->second = region;
    };
    for (auto it = needed.begin(); it != needed.end(); ++it) {
      offer(*it);
      if (*it != kFunctionRegion && first.contains(regions[*it].guard ^ 1)) {
        needed.insert(regions[*it].parent);  // less deep: comes later in this walk
      }
    }
    std::vector<RegionId> highest;
    for (RegionId region : needed) {
      RegionId above = regions[region].parent;
      const auto covers = [&] {
        return once ? first.contains(regions[above].guard) : needed.contains(above);
      };
      while (above != kNowhere && !covers()) above = regions[above].parent;
      if (above == kNowhere) {
        highest.push_back(region);
      } else if (above != kFunctionRegion) {
        offer(above);
      }
    }
    if (once) {
      for (RegionId& region : highest) region = first.at(regions[region].guard);
    }
    std::sort(highest.begin(), highest.end());
    highest.erase(std::unique(highest.begin(), highest.end()), highest.end());
    return highest;
  }

  RegionId region_around(const std::vector<RegionId>& places) const {
    RegionId common = places.front();
    for (RegionId region : places) {
      while (!p_.is_inside(region, common)) common = p_.regions_[common].parent;
    }
    return common;
  }

  /// Whether no use knows more about a term's operands than the region around all of them does.
  bool means_the_same(NodeId id, const std::vector<RegionId>& uses) const {
    const RegionId common = region_around(uses);
    for (std::size_t k = 0; k < terms_.operand_count(id); ++k) {
      const NodeId operand = p_.facts_.resolve(terms_.operand(id, k), common);
      for (RegionId region : uses) {
        if (p_.facts_.resolve(operand, region) != operand) return false;
      }
    }
    return true;
  }

  /// Whether the node, or the side that it is there, is computed in the region or around it.
  bool is_there(NodeId node, RegionId region) const {
    for (;;) {
      const auto& places = places_[node];
      if (!terms_.is_placed(node) || std::any_of(places.begin(), places.end(), [&](RegionId r) {
            return p_.is_inside(region, r);
          })) {
        return true;
      }
      const NodeId side = p_.facts_.side_taken(node, region);
      if (side == node) return false;
      node = side;
    }
  }

  /// Moves a cheap term with several places to the lowest region around them, if what it needs is
  /// there.
  void share(NodeId id) {
    const RegionId common = region_around(places_[id]);
    for (std::size_t k = 0; k < terms_.operand_count(id); ++k) {
      const NodeId operand = terms_.carrier(p_.facts_.resolve(terms_.operand(id, k), common));
      const auto& there = places_[operand];
      if (terms_.is_placed(operand) && std::none_of(there.begin(), there.end(), [&](RegionId r) {
            return p_.is_inside(common, r);
          })) {
        places_[id] = needed_regions(std::move(places_[id]), true);
        return;
      }
    }
    places_[id] = {common};
  }

  void make_instances() {
    p_.first_.resize(terms_.size() + 1, 0);
    for (NodeId id = 0; id < terms_.size(); ++id) {
      auto& places = places_[id];
      std::sort(places.begin(), places.end(), [&](RegionId a, RegionId b) {
        return p_.regions_[a].guard < p_.regions_[b].guard;
      });
      for (RegionId region : places) {
        Instance instance{id, region, kNowhere, false};
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

  void find_exports() {
    for (InstanceId i = 0; i < p_.instances_.size(); ++i) {
      for (std::size_t k = 0; k < p_.operand_count(i); ++k) {
        const InstanceId o = p_.operand(i, k);
        if (o == kNowhere) continue;
        Instance& operand = p_.instances_[o];
        if (p_.is_inside(p_.region_of_operand(i, k), operand.region)) continue;
        operand.exported = true;
        p_.regions_[operand.region].exports = true;
      }
    }
  }

  Placement& p_;
  const Terms& terms_;
  std::vector<std::vector<RegionId>> uses_;
  std::vector<std::vector<RegionId>> places_;
  std::vector<bool> movable_;
  std::unordered_map<NodeId, std::uint32_t> branch_level_;
  std::map<std::tuple<RegionId, NodeId, std::uint32_t>, GroupId> group_ids_;
  std::map<std::pair<RegionId, NodeId>, std::uint32_t> guard_ids_;  // of the side where it holds
  std::size_t placed_ = 0;
};

Placement::Placement(const Terms& terms) : terms_(terms), facts_(terms) { Placer(*this).run(); }

bool Placement::is_inside(RegionId region, RegionId outer) const {
  while (regions_[region].depth > regions_[outer].depth) region = regions_[region].parent;
  return region == outer;
}

InstanceId Placement::find(NodeId node, RegionId region, bool around) const {
  const auto begin = instances_.begin() + first_[node];
  const auto end = instances_.begin() + first_[node + 1];
  if (begin == end) return kNowhere;
  if (end - begin == 1 && !around) return first_[node];
  for (RegionId r = region; r != kNowhere; r = regions_[r].parent) {
    const auto found = std::lower_bound(
        begin, end, regions_[r].guard,
        [&](const Instance& i, std::uint32_t guard) { return regions_[i.region].guard < guard; });
    if (found != end && regions_[found->region].guard == regions_[r].guard &&
        (!around || found->region == r)) {
      return static_cast<InstanceId>(found - instances_.begin());
    }
  }
  return kNowhere;
}

NodeId Placement::resolve(NodeId node, RegionId region) const {
  for (;;) {
    const NodeId side = facts_.side_taken(node, region);
    if (side == node || find(node, region, true) != kNowhere) return node;
    node = side;
  }
}

InstanceId Placement::seen_from(NodeId user_sees, RegionId region) const {
  const NodeId node = terms_.carrier(resolve(user_sees, region));
  if (!terms_.is_placed(node)) return kNowhere;
  const InstanceId found = find(node, region, false);
  GRADSMITH_CHECK(found != kNowhere,
                  "{} node {} is not computed where it is used, scope {} level {} loop {}",
                  op_name(terms_.graph().op(node)), node, terms_.table().scope_of(node),
                  terms_.level(), terms_.loop());
  return found;
}

void Placement::find_operands() {
  first_operand_.reserve(instances_.size() + 1);
  operands_.reserve(2 * instances_.size());
  for (InstanceId i = 0; i < instances_.size(); ++i) {
    first_operand_.push_back(static_cast<std::uint32_t>(operands_.size()));
    const NodeId node = instances_[i].node;
    const bool branch = terms_.kind(node) == TermKind::Branch;
    const Guard guard = branch ? guard_of(terms_, node) : Guard{};
    for (std::size_t k = 0, count = terms_.operand_count(node); k < count; ++k) {
      const NodeId wanted = !branch  ? terms_.operand(node, k)
                            : k == 0 ? guard.condition
                                     : guard.sides[k - 1];
      const RegionId region = region_of_operand(i, k);
      const NodeId there = resolve(wanted, region);
      operands_.push_back({there, seen_from(there, region)});
    }
  }
  first_operand_.push_back(static_cast<std::uint32_t>(operands_.size()));
}

RegionId Placement::region_of_operand(InstanceId instance, std::size_t k) const {
  const Instance& i = instances_[instance];
  return i.group != kNowhere && k > 0 ? groups_[i.group].sides[k - 1] : i.region;
}

}  // namespace gradsmith
