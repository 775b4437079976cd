#include "frontend/array_accesses.hpp"

#include <algorithm>
#include <bit>
#include <iterator>
#include <unordered_map>

#include "frontend/access_conditions.hpp"

namespace gradsmith::frontend {
namespace {

constexpr std::int64_t kMostSteps = 5'000'000;
constexpr std::size_t kMostUses = 64;

struct TooMany {};

bool fewer(const Guards& a, const Guards& b) {
  if (a.data.size() != b.data.size()) return a.data.size() < b.data.size();
  return a.sizes.size() + a.loops.size() < b.sizes.size() + b.loops.size();
}

Guards with(Guards guards, NodeId condition, std::size_t side,
            const std::optional<std::vector<NodeId>>& sizes) {
  if (!sizes) {
    guards.data.insert(std::ranges::lower_bound(guards.data, std::pair(condition, side)),
                       {condition, side});
    return guards;
  }
  std::vector<NodeId> both;
  std::ranges::set_union(guards.sizes, *sizes, std::back_inserter(both));
  guards.sizes = std::move(both);
  return guards;
}

bool same(const Guards& a, const Guards& b) {
  return a.data == b.data && a.sizes == b.sizes && a.loops == b.loops;
}

/// What two uses are under together that differ in the side of one choice, which then is no
/// condition.
std::optional<Guards> both_sides(const Guards& a, const Guards& b) {
  std::vector<std::pair<NodeId, std::size_t>> of_a, of_b;
  std::ranges::set_difference(a.data, b.data, std::back_inserter(of_a));
  std::ranges::set_difference(b.data, a.data, std::back_inserter(of_b));
  if (of_a.size() != 1 || of_b.size() != 1 || of_a[0].first != of_b[0].first) return std::nullopt;
  Guards both;
  std::ranges::set_intersection(a.data, b.data, std::back_inserter(both.data));
  std::ranges::set_union(a.sizes, b.sizes, std::back_inserter(both.sizes));
  std::ranges::set_union(a.loops, b.loops, std::back_inserter(both.loops));
  return both;
}

bool implies(const Guards& more, const Guards& less) {
  return std::ranges::includes(more.data, less.data) &&
         std::ranges::includes(more.sizes, less.sizes) &&
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
        states_(f.graph, polynomials) {
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
        return scope(nexts, parts.level, inner, inner_forms, guards);
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
    found.push_back({node, array, subscript, std::move(place), nest, nest, guards, false, {}});
    if (straight) found.back().guards = {};
    read_conditions(found.back());
    for (NodeId loop : found.back().guards.loops) {
      found.back().running.runs(g_, polynomials_, g_.range_of(loop));
    }
  }

  /// What the conditions say that the access is under. Conditions on no index can hold in every
  /// trip, for all that is known of the sizes: an array is as long as its loops say.
  void read_conditions(ArrayAccess& access) {
    std::erase_if(access.guards.data, [&](const std::pair<NodeId, std::size_t>& guard) {
      try {
        return is_known(facts_of(g_, polynomials_, guard.first, guard.second == 1), access);
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
  std::unordered_map<int, NodeId> index_of_;  // a level's
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
