#include "passes/fuse_loops.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "ir/arrays.hpp"
#include "ir/regions.hpp"
#include "ir/substitute.hpp"
#include "passes/cost.hpp"
#include "passes/guards.hpp"
#include "passes/loop_paths.hpp"
#include "passes/loop_states.hpp"
#include "passes/rebuild.hpp"
#include "passes/run_beside.hpp"

namespace gradsmith {
namespace {

using Group = std::vector<NodeId>;

/// Which loops can run together. A loop's rank is above those of all loops of its scope that it
/// needs, so that loops of one rank do not need each other. Loops that stand in different bodies
/// or on different sides of choices are kept apart: one would need what only the other one does.
class Groups {
 public:
  /// With `writes`, also loops that fill arrays, results among them, and compute something on the
  /// way that others of their group do.
  Groups(Function& f, bool writes) : g_(f.graph), writes_(writes) {
    for (const Output& o : f.outputs) {
      if (g_.op(o.value) == Op::Map && !is_zero_array(g_, o.value)) results_.insert(o.value);
    }
    const std::vector<NodeId> live = reachable(g_, roots_of(f));
    const std::unordered_map<NodeId, std::vector<NodeId>> bodies = bodies_with(g_, live);
    const Regions regions(g_, roots_of(f), live);
    using Place = std::tuple<std::size_t, Group, NodeId, NodeId, NodeId>;  // scope, bodies, range
    const auto place_of = [&](NodeId id) -> Place {
      const Range r = range_of_loop(g_, id);
      const auto around = bodies.find(id);
      return {static_cast<std::size_t>(scope_of(g_, id)),
              around == bodies.end() ? Group() : around->second, r.begin, r.end, r.step};
    };
    std::map<Place, Group> beside;
    for (NodeId id : live) {
      if (is_loop(id)) beside[place_of(id)].push_back(id);
    }
    std::vector<Group> together;
    for (auto& [place, loops] : beside) together.push_back(std::move(loops));
    const std::unordered_map<NodeId, Regions::Id> moved = regions_to_run_in(f, regions, together);
    Ranks ranks;  // by node: of each scope's loops, below it
    using Key = std::pair<Place, Regions::Id>;
    std::map<Key, std::map<int, Group>> by_range;
    for (NodeId id : live) {
      std::vector<int>& rank = ranks[id];
      for (NodeId o : g_.operands(id)) {
        const std::vector<int>& below = ranks.at(o);
        if (rank.size() < below.size()) rank.resize(below.size(), 0);
        for (std::size_t k = 0; k < below.size(); ++k) rank[k] = std::max(rank[k], below[k]);
      }
      if (!is_loop(id)) continue;
      const auto scope = static_cast<std::size_t>(scope_of(g_, id));
      rank.resize(scope + 1, 0);
      const auto other = moved.find(id);
      auto& groups =
          by_range[{place_of(id), other == moved.end() ? regions.of(id) : other->second}];
      auto found = groups.lower_bound(rank[scope] + 1);
      const int own = found == groups.end() ? rank[scope] + 1 : found->first;
      groups[own].push_back(id);
      rank[scope] = own;
    }
    for (auto& [key, groups] : by_range) {
      wait_for_others(std::get<0>(key.first), groups, live, ranks);
      for (auto& [rank, group] : groups) {
        if (writes_) {
          keep_sharing(group);
        } else if (group.size() > 1) {
          found_.push_back(std::move(group));
        }
      }
    }
  }
  const std::vector<Group>& found() const { return found_; }

 private:
  bool is_loop(NodeId id) const {
    const Op op = g_.op(id);
    if (op == Op::Map) return writes_ && (results_.contains(id) || calls(id));
    if (op == Op::Write) return writes_ && !is_assignment(g_, id);
    return op == Op::Fold || op == Op::ArgReduce || op == Op::Reduce;
  }

  bool is_number(NodeId id) const { return g_.op(id) == Op::Reduce && g_.is_scalar(id); }

  /// Whether the elements of an array cost a call each.
  bool calls(NodeId map) const {
    const auto body = g_.operands(map).subspan(1);
    const bool numbers = g_.is_scalar(body[0]) && !is_zero_array(g_, map);
    return numbers && std::ranges::any_of(reachable_at(g_, body, g_[map].level), [&](NodeId id) {
             return scope_of(g_, id) == g_[map].level && costs_a_call(g_.op(id));
           });
  }

  using Ranks = std::unordered_map<NodeId, std::vector<int>>;

  /// Moves groups to the rank of later ones over the same range, where nobody needs them before.
  void wait_for_others(std::size_t scope, std::map<int, Group>& groups,
                       const std::vector<NodeId>& live, Ranks& ranks) {
    if (groups.size() < 2) return;
    for (auto group = groups.begin(); group != groups.end();) {
      const auto next = std::next(group);
      if (next == groups.end()) return;
      const auto before = least_ranks(scope, group->second, live, ranks);
      if (before <= next->first) {
        group = next;
        continue;
      }
      for (NodeId id : group->second) ranks[id][scope] = next->first;
      next->second.insert(next->second.end(), group->second.begin(), group->second.end());
      std::ranges::sort(next->second);
      group = groups.erase(group);
    }
  }

  /// The least rank of the scope's loops that need one of a group.
  int least_ranks(std::size_t scope, const Group& group, const std::vector<NodeId>& live,
                  const Ranks& ranks) const {
    std::unordered_set<NodeId> needing(group.begin(), group.end());
    int least = std::numeric_limits<int>::max();
    for (auto id = std::ranges::lower_bound(live, group.front()); id != live.end(); ++id) {
      if (std::ranges::none_of(g_.operands(*id), [&](NodeId o) { return needing.contains(o); })) {
        continue;
      }
      const bool loop = is_loop(*id) && static_cast<std::size_t>(scope_of(g_, *id)) == scope;
      if (loop) {
        least = std::min(least, ranks.at(*id)[scope]);
      } else {
        needing.insert(*id);
      }
    }
    return least;
  }

  /// What a loop computes in each trip that is worth sharing: of an array that is no result, calls.
  std::vector<NodeId> work_of(NodeId loop) const {
    const int level = g_[loop].level;
    const bool any = g_.op(loop) != Op::Map || results_.contains(loop);
    std::vector<NodeId> work;
    // Loops inside may do the same whatever the trip is.
    for (NodeId id : reachable(g_, g_.operands(loop).subspan(g_.outside_operands(loop)))) {
      const Op op = g_.op(id);
      const bool arithmetic = is_operator(op) && is_floating(g_.element(id));
      const bool worth = any ? arithmetic || is_binder(op) : costs_a_call(op);
      if (scope_of(g_, id) >= level && worth) work.push_back(id);
    }
    return work;
  }

  /// Takes from a group the Writes and Maps that share work with each other or with one of its
  /// loops.
  void keep_sharing(const Group& group) {
    std::unordered_map<NodeId, std::size_t> first;  // by what is computed: the first that does
    std::vector<std::size_t> part(group.size());
    for (std::size_t k = 0; k < group.size(); ++k) part[k] = k;
    for (std::size_t k = 0; k < group.size(); ++k) {
      for (NodeId id : work_of(group[k])) {
        const std::size_t other = part[first.emplace(id, k).first->second];
        if (other != part[k]) std::ranges::replace(part, std::size_t{part[k]}, other);
      }
    }
    std::map<std::size_t, Group> parts;
    for (std::size_t k = 0; k < group.size(); ++k) parts[part[k]].push_back(group[k]);
    for (auto& [name, members] : parts) {
      // An array that is no result goes on as elements of a loop only where a number needs them.
      if (std::ranges::none_of(members, [&](NodeId id) { return is_number(id); })) {
        std::erase_if(members,
                      [&](NodeId id) { return g_.op(id) == Op::Map && !results_.contains(id); });
      }
      const bool any = std::ranges::any_of(
          members, [&](NodeId id) { return g_.op(id) == Op::Write || g_.op(id) == Op::Map; });
      if (any && members.size() > 1) found_.push_back(std::move(members));
    }
  }

  Graph& g_;
  bool writes_;
  std::unordered_set<NodeId> results_;  // Maps
  std::vector<Group> found_;
};

class Fuser {
 public:
  explicit Fuser(Function& f) : f_(f), g_(f.graph) {}

  /// False where there is nothing to fuse.
  bool run(bool writes) {
    const Groups groups(f_, writes);
    const std::vector<NodeId> live = reachable(g_, roots_of(f_));
    // Loops that count how long arrays are stay as they are.
    for (NodeId id : extents_of_types(g_, live)) now_[id] = id;
    for (const Group& group : groups.found()) {
      if (std::ranges::any_of(group, [&](NodeId id) { return now_.contains(id); })) continue;
      for (NodeId id : group) group_of_[id] = &group;
    }
    if (group_of_.empty()) return false;
    for (NodeId id : roots_of(f_)) settle(id);
    rename(f_, live, [&](NodeId id) {
      const auto found = now_.find(id);
      return found == now_.end() ? id : found->second;
    });
    return true;
  }

 private:
  /// Operands first; of all members of a group before any of them.
  void settle(NodeId root) {
    std::vector<NodeId> stack{root};
    while (!stack.empty()) {
      const NodeId id = stack.back();
      if (now_.contains(id)) {
        stack.pop_back();
        continue;
      }
      const std::size_t before = stack.size();
      const auto need = [&](NodeId o) {
        if (!now_.contains(o)) stack.push_back(o);
      };
      const auto group = group_of_.find(id);
      if (group == group_of_.end()) {
        for (NodeId o : g_.operands(id)) need(o);
      } else {
        for (NodeId member : *group->second) {
          for (NodeId o : g_.operands(member)) need(o);
        }
      }
      if (stack.size() != before) continue;
      stack.pop_back();
      if (group == group_of_.end()) {
        now_[id] = rebuilt_node(id);
        if (now_[id] != id && !g_.is_constant(now_[id])) f_.provenance.carry(id, now_[id]);
      } else {
        fuse(*group->second);
      }
    }
  }

  NodeId rebuilt_node(NodeId id) {
    const auto view = g_.operands(id);
    std::vector<NodeId> operands(view.begin(), view.end());
    if (!operands.empty()) {
      if (const auto member = slots_.find(operands[0]); member != slots_.end()) {
        const Member& m = member->second;
        if (g_.op(id) == Op::Final) {
          return g_.final_state(m.fold, m.slots[static_cast<std::size_t>(g_.slot(id))]);
        }
        if (g_.op(id) == Op::Trace) return trace(id, m);
      }
    }
    for (NodeId& o : operands) o = now_.at(o);
    return operands.empty() ? id : rebuilt(g_, id, operands);
  }

  /// What a Fold has become: a part of another one.
  struct Member {
    NodeId fold = kNoNode;
    std::vector<int> slots;
  };

  NodeId trace(NodeId id, const Member& m) {
    const NodeId body = now_.at(g_.operand(id, 1));
    const NodeId renamed = with_slots(body, g_[id].level, g_[m.fold].level, m.slots);
    return g_.trace(m.fold, renamed);
  }

  /// A body in which the states have other slots.
  NodeId with_slots(NodeId body, int from, int to, const std::vector<int>& slots) {
    if (from != to) body = relevel_named(f_, body, from, to);
    std::vector<NodeId> values{kNoNode};
    const NodeId roots[] = {body};
    for (NodeId id : reachable_at(g_, roots, to)) {
      if (g_.op(id) != Op::Bound || g_[id].level != to || g_.slot(id) == 0) continue;
      const auto slot = static_cast<std::size_t>(g_.slot(id));
      if (values.size() <= slot) values.resize(slot + 1, kNoNode);
      values[slot] = g_.bound(to, slots[slot - 1] + 1, g_[id].type);
    }
    const NodeId made = substitute(g_, body, to, values);
    carry_names(f_, body, made);
    return made;
  }

  /// An array of which each trip writes an element, or a part.
  LoopStates filling(NodeId map, NodeId body) {
    const int level = g_[map].level;
    const TypeId type = g_[map].type;
    const NodeId index[] = {g_.bound(level, 0, scalar_type(Element::Index))};
    return {{uninitialised_array(g_, "filled", type)},
            {g_.set(g_.bound(level, 1, type), index, body)}};
  }

  void fuse(const Group& group) {
    std::vector<NodeId> inits;
    std::vector<NodeId> nexts;
    std::vector<std::vector<int>> slots;
    const int level = g_[group.front()].level;
    Range range;
    for (NodeId id : group) {
      const auto view = g_.operands(id);
      std::vector<NodeId> operands(view.begin(), view.end());
      for (NodeId& o : operands) o = now_.at(o);
      LoopStates own;
      if (g_.op(id) == Op::Map) {
        range = g_.range(operands[0]);
        own = filling(id, operands[1]);
      } else {
        range = {operands[0], operands[1], operands[2]};
        own = states_of_loop(g_, id, operands);
      }
      std::vector<int> mine;
      for (std::size_t k = 0; k < own.inits.size(); ++k) {
        mine.push_back(static_cast<int>(inits.size()));
        inits.push_back(own.inits[k]);
      }
      for (NodeId next : own.nexts) nexts.push_back(with_slots(next, level, level, mine));
      slots.push_back(std::move(mine));
    }
    const NodeId fold = g_.fold(level, range, inits, nexts);
    for (std::size_t k = 0; k < group.size(); ++k) {
      const NodeId id = group[k];
      if (g_.op(id) == Op::Fold) {
        slots_[id] = {fold, slots[k]};
        now_[id] = fold;
      } else {
        now_[id] = g_.final_state(fold, slots[k][g_.op(id) == Op::ArgReduce ? 1 : 0]);
        f_.provenance.carry(id, now_[id]);
      }
    }
  }

  Function& f_;
  Graph& g_;
  std::unordered_map<NodeId, const Group*> group_of_;
  std::unordered_map<NodeId, NodeId> now_;
  std::unordered_map<NodeId, Member> slots_;
};

}  // namespace

Function fuse_loops(Function f) {
  // Bodies that have become one may hold loops that now can.
  while (Fuser(f).run(false) || Fuser(f).run(true)) {
  }
  return f;
}

}  // namespace gradsmith
