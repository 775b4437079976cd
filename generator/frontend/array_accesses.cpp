#include "frontend/array_accesses.hpp"

#include <algorithm>
#include <bit>
#include <iterator>
#include <unordered_map>

#include "frontend/access_conditions.hpp"
#include "ir/arrays.hpp"

namespace gradsmith::frontend {
namespace {

constexpr std::int64_t kMostSteps = 5'000'000;
constexpr std::size_t kMostUses = 64;

struct TooMany {};

bool fewer(const Guards& a, const Guards& b) {
  if (a.data.size() != b.data.size()) return a.data.size() < b.data.size();
  if (a.of_sizes.size() != b.of_sizes.size()) return a.of_sizes.size() < b.of_sizes.size();
  return a.sizes.size() + a.loops.size() < b.sizes.size() + b.loops.size();
}

Guards with(Guards guards, NodeId condition, std::size_t side,
            const std::optional<std::vector<NodeId>>& sizes) {
  auto& conditions = sizes ? guards.of_sizes : guards.data;
  conditions.insert(std::ranges::lower_bound(conditions, std::pair(condition, side)),
                    {condition, side});
  if (!sizes) return guards;
  std::vector<NodeId> both;
  std::ranges::set_union(guards.sizes, *sizes, std::back_inserter(both));
  guards.sizes = std::move(both);
  return guards;
}

bool same(const Guards& a, const Guards& b) {
  return a.data == b.data && a.sizes == b.sizes && a.of_sizes == b.of_sizes && a.loops == b.loops;
}

/// What two uses are under together that differ in the side of one choice, which then is no
/// condition.
std::optional<Guards> both_sides(const Guards& a, const Guards& b) {
  using Conditions = std::vector<std::pair<NodeId, std::size_t>>;
  const auto differ = [](const Conditions& x, const Conditions& y) {
    std::pair<Conditions, Conditions> apart;
    std::ranges::set_difference(x, y, std::back_inserter(apart.first));
    std::ranges::set_difference(y, x, std::back_inserter(apart.second));
    return apart;
  };
  const auto data = differ(a.data, b.data);
  const auto of_sizes = differ(a.of_sizes, b.of_sizes);
  const bool by_data = of_sizes.first.empty() && of_sizes.second.empty();
  const auto& [of_a, of_b] = by_data ? data : of_sizes;
  if (!by_data && !(data.first.empty() && data.second.empty())) return std::nullopt;
  if (of_a.size() != 1 || of_b.size() != 1 || of_a[0].first != of_b[0].first) return std::nullopt;
  Guards both;
  std::ranges::set_intersection(a.data, b.data, std::back_inserter(both.data));
  std::ranges::set_intersection(a.of_sizes, b.of_sizes, std::back_inserter(both.of_sizes));
  std::ranges::set_union(a.sizes, b.sizes, std::back_inserter(both.sizes));
  std::ranges::set_union(a.loops, b.loops, std::back_inserter(both.loops));
  return both;
}

bool implies(const Guards& more, const Guards& less) {
  return std::ranges::includes(more.data, less.data) &&
         std::ranges::includes(more.sizes, less.sizes) &&
         std::ranges::includes(more.of_sizes, less.of_sizes) &&
         std::ranges::includes(more.loops, less.loops);
}

/// What a node is under that is used under each of those: both sides of a choice are no condition,
/// and what is under more than another use adds nothing to it. Throws TooMany.
std::vector<Guards> together(std::vector<Guards> uses) {
  for (std::size_t i = 0; i < uses.size(); ++i) {
    if (uses.size() > kMostUses) throw TooMany{};
    for (std::size_t k = 0; k < i; ++k) {
      auto both = both_sides(uses[i], uses[k]);
      const auto known = [&](const Guards& g) { return same(g, *both); };
      if (both && std::ranges::none_of(uses, known)) uses.push_back(std::move(*both));
    }
  }
  std::ranges::stable_sort(uses, fewer);
  std::vector<Guards> weakest;
  for (Guards& use : uses) {
    const bool covered =
        std::ranges::any_of(weakest, [&](const Guards& weaker) { return implies(use, weaker); });
    if (!covered) weakest.push_back(std::move(use));
  }
  return weakest;
}

Guards inside(Guards guards, NodeId loop) {
  const auto place = std::ranges::lower_bound(guards.loops, loop);
  if (place == guards.loops.end() || *place != loop) guards.loops.insert(place, loop);
  return guards;
}

class Walk {
 public:
  Walk(const Function& f, Polynomials& polynomials, const std::unordered_set<NodeId>& straight)
      : f_(f),
        g_(f.graph),
        polynomials_(polynomials),
        straight_(straight),
        states_(f.graph, polynomials),
        flags_(f.graph) {
    for (NodeId id = 0; id < g_.size(); ++id) {
      if (g_.op(id) == Op::Bound && g_.slot(id) == 0) index_of_[g_[id].level] = id;
    }
  }

  /// The nodes that one use of a body computes, from the last to the first.
  void scope(std::span<const NodeId> roots, int level, const LoopNest& nest,
             const IntegerStates::Forms& forms, const Guards& outside) {
    const std::vector<NodeId> nodes =
        level == 0 ? reachable(g_, roots) : reachable_at(g_, roots, level);
    if ((steps_ += static_cast<std::int64_t>(nodes.size())) > kMostSteps) throw TooMany{};
    std::unordered_map<NodeId, std::vector<Guards>> guards;
    const auto reach = [&](NodeId id, const Guards& under) {
      std::vector<Guards>& uses = guards[id];
      const auto known = [&](const Guards& g) { return same(g, under); };
      if (std::ranges::none_of(uses, known)) uses.push_back(under);
    };
    for (NodeId root : roots) reach(root, outside);
    for (auto id = nodes.rbegin(); id != nodes.rend(); ++id) {
      const auto here = guards.find(*id);
      if (here == guards.end()) continue;  // only a type mentions it
      const auto innermost = static_cast<int>(std::bit_width(g_.free(*id))) - 1;
      for (const Guards& own : together(std::move(here->second))) {
        hand_on(*id, own, reach);
        if (std::max(innermost, 0) == level) visit(*id, nest, forms, own);
      }
    }
  }

  std::vector<ArrayAccess> found;

 private:
  template <class Reach>
  void hand_on(NodeId id, const Guards& own, Reach reach) {
    const auto o = g_.operands(id);
    const Op op = g_.op(id);
    const bool chooses = op == Op::If || op == Op::And || op == Op::Or;
    const std::size_t outside = op == Op::Fold ? g_.outside_operands(id) : o.size();
    for (std::size_t k = 0; k < o.size(); ++k) {
      if (chooses && k > 0) {
        const bool when = op == Op::If ? k == 1 : op == Op::And;
        reach(o[k], with(own, o[0], when ? 1 : 2, sizes_in(g_, o[0])));
      } else {
        reach(o[k], k < outside ? own : inside(own, id));
      }
    }
  }

  void visit(NodeId id, const LoopNest& nest, const IntegerStates::Forms& forms,
             const Guards& guards) {
    const auto o = g_.operands(id);
    switch (g_.op(id)) {
      case Op::At:
        return access(id, o[0], o[1], nest, forms, guards);
      case Op::Write:
        return access(id, o[3], o[5], nest, forms, guards);
      case Op::Fold: {
        LoopNest inner = nest;
        const FoldParts parts = g_.fold_parts(id);
        // Without its loop, what a subscript inside can be is not known, and it says so itself.
        const auto found_index = index_of_.find(parts.level);
        const NodeId index = found_index == index_of_.end() ? kNoNode : found_index->second;
        IntegerStates::Forms inner_forms = forms;
        if (inner.enter(g_, polynomials_, parts.level, index, parts.range)) {
          states_.enter(id, nest, inner, index, inner_forms);
        }
        const std::vector<NodeId> nexts(parts.nexts.begin(), parts.nexts.end());
        const NodeId around = std::exchange(open_[parts.level], id);
        scope(nexts, parts.level, inner, inner_forms, guards);
        open_[parts.level] = around;
        return;
      }
      default:
        return;
    }
  }

  void access(NodeId node, NodeId array, NodeId subscript, const LoopNest& nest,
              const IntegerStates::Forms& forms, const Guards& guards) {
    const auto& extents = g_.type_of(array).extents;
    if (f_.length(extents.front()) == nullptr) return;
    Polynomial place = polynomials_.of(subscript);
    try {
      place = states_.closed(place, nest, forms);
    } catch (const PolynomialTooLarge&) {
    }
    const bool straight = straight_.contains(node);
    const ArrayAccess access{node,   array, subscript, std::move(place), nest, nest,
                             guards, false, {}};
    for (ArrayAccess& one : by_chosen_index(access, 0)) {
      if (straight) one.guards = {};
      read_conditions(one);
      for (NodeId loop : one.guards.loops) one.running.runs(g_, polynomials_, g_.range_of(loop));
      found.push_back(std::move(one));
    }
  }

  /// `x[best]` where a loop keeps one of its indices, `if (...) best = i;`, as what `best` can be:
  /// its first value, and the index, in any trip. An access itself where it is none of these.
  std::vector<ArrayAccess> by_chosen_index(const ArrayAccess& access, int depth) {
    constexpr int most = 4;
    const NodeId chosen = depth < most ? chosen_index(access.place) : kNoNode;
    if (chosen == kNoNode) return {access};
    if (g_.op(chosen) == Op::If) {
      std::vector<ArrayAccess> sides;
      for (NodeId value : choices(chosen)) {
        ArrayAccess one = access;
        one.place = access.place.with(chosen, polynomials_.of(value));
        one.perhaps = true;
        for (ArrayAccess& part : by_chosen_index(one, depth + 1)) sides.push_back(std::move(part));
      }
      return sides;
    }
    const bool after = g_.op(chosen) == Op::Final;
    const NodeId fold = after ? g_.operand(chosen, 0) : open_.at(g_[chosen].level);
    const FoldParts parts = g_.fold_parts(fold);
    const auto k = static_cast<std::size_t>(g_.slot(chosen)) - (after ? 0 : 1);
    std::vector<ArrayAccess> all;
    const auto add = [&](NodeId value, bool in_loop) {
      ArrayAccess one = access;
      one.place = access.place.with(chosen, polynomials_.of(value));
      if (in_loop) one.perhaps = true;
      if (in_loop && after) {
        const auto index = index_of_.find(parts.level);
        if (index == index_of_.end()) return false;
        if (!one.nest.enter(g_, polynomials_, parts.level, index->second, parts.range))
          return false;
        one.running.enter(g_, polynomials_, parts.level, index->second, parts.range);
      }
      for (ArrayAccess& part : by_chosen_index(one, depth + 1)) all.push_back(std::move(part));
      return true;
    };
    bool known = add(parts.inits[k], false);
    for (NodeId value : choices(parts.nexts[k])) {
      const bool stays = is_state(g_, value, parts.level, k);
      known = known && (stays || add(value, true));
    }
    return known ? all : std::vector{access};
  }

  /// An integer that a loop carries, among what a subscript is made of.
  NodeId chosen_index(const Polynomial& place) const {
    const auto carried = [&](NodeId u) {
      if (g_.op(u) == Op::Final) return true;
      if (g_.op(u) != Op::Bound || g_.slot(u) == 0) return false;
      const auto around = open_.find(g_[u].level);
      return around != open_.end() && around->second != kNoNode;
    };
    for (NodeId u : place.unknowns()) {
      const bool of_carried = g_.op(u) == Op::If && std::ranges::any_of(choices(u), carried);
      if (of_carried || carried(u)) return u;
    }
    return kNoNode;
  }

  /// What a choice of choices may give.
  std::vector<NodeId> choices(NodeId value) const {
    std::vector<NodeId> found_values, stack{value};
    while (!stack.empty() && found_values.size() < kMostUses) {
      const NodeId id = stack.back();
      stack.pop_back();
      if (g_.op(id) == Op::If) {
        stack.push_back(g_.operand(id, 2));
        stack.push_back(g_.operand(id, 1));
      } else if (std::ranges::find(found_values, id) == found_values.end()) {
        found_values.push_back(id);
      }
    }
    found_values.insert(found_values.end(), stack.begin(), stack.end());
    return found_values;
  }

  /// What the conditions say that the access is under. Conditions on no index can hold in every
  /// trip, for all that is known of the sizes: an array is as long as its loops say.
  void read_conditions(ArrayAccess& access) {
    for (const auto& [condition, side] : access.guards.of_sizes) {
      for (const Polynomial& fact : facts_of(g_, polynomials_, condition, side == 1).of_sizes) {
        access.running.knows(g_, fact);
      }
    }
    std::erase_if(access.guards.data, [&](const std::pair<NodeId, std::size_t>& guard) {
      try {
        return is_known(facts_of(g_, polynomials_, guard.first, guard.second == 1, &flags_),
                        access);
      } catch (const PolynomialTooLarge&) {
        return false;
      }
    });
    std::erase_if(access.limits, [&](const Polynomial& limit) {
      return std::ranges::any_of(limit.unknowns(), [&](NodeId u) { return g_.free(u) != 0; });
    });
  }

  /// Whether all that a condition says is now known to `running`, or bounds no index by itself.
  bool is_known(const IndexFacts& facts, ArrayAccess& access) {
    // Of one index it may be a length shorter than the loop, or longer. Whoever compares a
    // subscript made of several has its array's length to compare with.
    const auto is_of_several = [&](const Polynomial& p) {
      return std::ranges::count_if(p.unknowns(), [&](NodeId u) { return g_.op(u) == Op::Bound; }) >
             1;
    };
    bool all = !facts.more;
    bool told = false;
    for (const Polynomial& fact : facts.never_negative) {
      if (access.running.narrow(fact)) {
        told = true;
      } else if (is_of_several(fact)) {
        access.limits.push_back(access.place + fact);
      } else {
        all = false;
      }
    }
    for (const Polynomial& fact : facts.never_zero) {
      if (is_of_several(fact)) continue;
      const bool excluded = access.running.exclude(fact);
      told = told || excluded;
      all = all && excluded;
    }
    access.perhaps = access.perhaps || (all && !told);
    return all;
  }

  const Function& f_;
  const Graph& g_;
  Polynomials& polynomials_;
  const std::unordered_set<NodeId>& straight_;
  IntegerStates states_;
  DataFlags flags_;
  std::unordered_map<int, NodeId> index_of_;  // a level's
  std::unordered_map<int, NodeId> open_;      // the loop of a level that the walk is in
  std::int64_t steps_ = 0;
};

}  // namespace

std::optional<std::vector<NodeId>> sizes_in(const Graph& g, NodeId expression) {
  if (g.free(expression) != 0) return std::nullopt;
  std::vector<NodeId> sizes;
  for (NodeId id : reachable(g, {{expression}})) {
    const Op op = g.op(id);
    if (!g.is_scalar(id) || is_floating(g.element(id))) return std::nullopt;
    if (op == Op::Input) {
      sizes.push_back(id);
      continue;
    }
    const bool divides = op == Op::Quotient || op == Op::Remainder;
    if (divides && (!g.is_constant(g.operand(id, 1)) || g.is_constant(g.operand(id, 1), 0))) {
      return std::nullopt;
    }
    if (!is_operator(op) && op != Op::Constant && op != Op::Convert && op != Op::If) {
      return std::nullopt;
    }
  }
  return sizes;
}

std::optional<std::vector<ArrayAccess>> array_accesses(const Function& f, Polynomials& polynomials,
                                                       const std::unordered_set<NodeId>& straight) {
  Walk walk(f, polynomials, straight);
  std::vector<NodeId> roots = output_values(f);
  for (const Local& local : f.locals) {
    if (local.cut) roots.push_back(local.value);
  }
  try {
    walk.scope(roots, 0, {}, {}, {});
  } catch (const TooMany&) {
    return std::nullopt;
  }
  std::ranges::reverse(walk.found);
  return std::move(walk.found);
}

}  // namespace gradsmith::frontend
