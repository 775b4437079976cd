#include "passes/hoist_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/fold_constant.hpp"
#include "ir/polynomial.hpp"
#include "ir/substitute.hpp"
#include "ir/within_bounds.hpp"
#include "passes/loop_paths.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

using Nodes = std::vector<NodeId>;

/// What lies in an array of arrays is moved from one nest of loops after the other.
constexpr int kMostRounds = 4;
constexpr int kDear = 20;
constexpr int kSlow = 5;
constexpr std::int64_t kOften = 8;

std::uint64_t above(int level) { return ~((Graph::bit(level) << 1) - 1); }

/// The outermost loop that a value stands in and does not depend on, though on one inside it; 0:
/// none. Loops around a value have the levels 1, 2, ... from the outermost on.
int hole_of(const Graph& g, NodeId id) {
  const int first = std::countr_one(g.free(id) >> 1) + 1;
  return first < scope_of(g, id) ? first : 0;
}

bool open(Graph& g, WithinBounds& bounds, LoopNest& nest, NodeId binder) {
  const NodeId loop = g.op(binder) == Op::Trace ? g.operand(binder, 0) : binder;
  const NodeId index = g.bound(g[loop].level, 0, scalar_type(Element::Index));
  return bounds.enter(nest, g[loop].level, index, range_of_loop(g, loop));
}

/// Whether a value can be computed where the author does not: all elements that it reads are there,
/// no integer is divided by zero, no number is too large for an integer.
class Safety {
 public:
  Safety(Graph& g, WithinBounds& bounds) : g_(g), bounds_(bounds) {}
  /// `nests` has for each level what is known in the body of the loop of that level, from 0 on.
  bool holds(NodeId value, const std::vector<LoopNest>& nests) {
    return walk({value}, nests, 0).has_value();
  }

 private:
  /// What the walk leaves to the scopes around, as it does not depend on the level; nothing where
  /// something is not safe. Recursion follows the nesting of loops.
  std::optional<Nodes> walk(Nodes stack, const std::vector<LoopNest>& nests, int level) {
    Nodes outside;
    std::unordered_set<NodeId> seen;
    while (!stack.empty()) {
      const NodeId id = stack.back();
      stack.pop_back();
      if (!seen.insert(id).second) continue;
      if (level != 0 && (g_.free(id) & Graph::bit(level)) == 0) {
        outside.push_back(id);
        continue;
      }
      if (!is_safe(id, nests[static_cast<std::size_t>(scope_of(g_, id))])) return {};
      const auto view = g_.operands(id);
      const Nodes operands(view.begin(), view.end());
      const std::size_t own = is_binder(g_.op(id)) ? g_.outside_operands(id) : operands.size();
      const auto bodies = operands.begin() + static_cast<std::ptrdiff_t>(own);
      stack.insert(stack.end(), operands.begin(), bodies);
      if (own == operands.size()) continue;
      // Of another loop that has a level, nothing is known in this one.
      const int own_level = g_[id].level;
      std::vector<LoopNest> inner(nests.begin(), nests.begin() + own_level);
      inner.push_back(inner.back());
      if (!open(g_, bounds_, inner.back(), id)) return {};
      const auto left = walk({bodies, operands.end()}, inner, own_level);
      if (!left) return {};
      stack.insert(stack.end(), left->begin(), left->end());
    }
    return outside;
  }

  bool is_safe(NodeId id, const LoopNest& nest) {
    const Op op = g_.op(id);
    if (op == Op::At) return bounds_.is_inside(id, &nest);
    if (op == Op::Quotient || op == Op::Remainder) {
      const NodeId divisor = g_.operand(id, 1);
      return g_.is_constant(divisor) && g_.index_value(divisor) > 0;
    }
    return op != Op::Convert || g_.element(id) != Element::Index ||
           !is_floating(g_.element(g_.operand(id, 0)));
  }

  Graph& g_;
  WithinBounds& bounds_;
};

/// What a value costs at least that gets an array.
enum class Least : std::uint8_t { Call, Operation };

class Hoist {
 public:
  Hoist(Function& f, Least least)
      : f_(f),
        least_(least),
        g_(f.graph),
        live_(reachable(f.graph, roots_of(f))),
        paths_(f.graph, live_),
        bounds_(f, f.graph) {}

  /// Whether anything was moved.
  bool run() {
    find_always();
    find_invariant();
    std::unordered_map<NodeId, Home> moved = choose();
    if (moved.empty()) return false;
    share_with_loops_around(moved);
    rebuild(f_, [&](NodeId id, NodeId fresh) {
      const auto found = moved.find(id);
      return found == moved.end() ? fresh : element_of_array(fresh, found->second);
    });
    return true;
  }

 private:
  /// Levels and ranges, outermost first.
  using Loops = std::vector<std::pair<int, Range>>;
  /// Of an array.
  struct Home {
    int scope = 0;  ///< that it is filled in
    Loops loops;    ///< whose indices are its subscripts
  };

  /// What each trip of the loop that it stands in computes, whatever conditions hold.
  void find_always() {
    for (NodeId loop : live_) {
      if (!is_binder(g_.op(loop))) continue;
      const std::uint64_t own = Graph::bit(g_[loop].level);
      std::unordered_set<NodeId> seen;
      Nodes stack;
      const auto visit = [&](NodeId id) {
        if ((g_.free(id) & own) != 0 && seen.insert(id).second) stack.push_back(id);
      };
      for (NodeId body : g_.operands(loop).subspan(g_.outside_operands(loop))) visit(body);
      while (!stack.empty()) {
        const NodeId id = stack.back();
        stack.pop_back();
        always_.insert(id);
        const Op op = g_.op(id);
        const bool lazy = op == Op::If || op == Op::And || op == Op::Or;
        const auto operands = g_.operands(id);
        for (NodeId o : operands.first(lazy ? 1 : operands.size())) visit(o);
      }
    }
  }

  /// The values that some loop around does not change, and that no loop inside that one carries
  /// from trip to trip; and which of them are dear.
  void find_invariant() {
    for (NodeId id : live_) {
      if (g_.free(id) == 0) continue;
      const auto operands = g_.operands(id);
      std::uint64_t states = 0;
      if (g_.op(id) == Op::Bound && g_.slot(id) > 0) states = Graph::bit(g_[id].level);
      for (NodeId o : operands) {
        if (const auto known = carried_.find(o); known != carried_.end()) {
          states |= known->second & g_.free(id);
        }
      }
      if (states != 0) carried_[id] = states;
      const int hole = hole_of(g_, id);
      if (hole == 0 || (states & above(hole)) != 0) continue;
      if (is_floating(g_.element(id)) || g_.element(id) == Element::Tuple) invariant_.insert(id);
      const Op op = g_.op(id);
      const bool dear =
          is_operator(op)
              ? op_row(op).cost >= kDear
              : op == Op::Reduce || op == Op::Final || std::ranges::any_of(operands, [&](NodeId o) {
                  return dear_.contains(o) && (g_.free(o) & above(hole)) != 0;
                });
      if (dear) dear_.insert(id);
    }
  }

  /// The values that get an array.
  std::unordered_map<NodeId, Home> choose() {
    std::unordered_map<NodeId, Home> chosen;
    std::unordered_set<NodeId> needed;  // by what stays in its loop
    for (auto id = live_.rbegin(); id != live_.rend(); ++id) {
      if (invariant_.contains(*id)) {
        if (!needed.contains(*id)) continue;
        if (auto home = home_of(*id)) {
          chosen.emplace(*id, std::move(*home));
          continue;
        }
      }
      for (NodeId o : g_.operands(*id)) needed.insert(o);
    }
    return chosen;
  }

  std::optional<Home> home_of(NodeId id) {
    const Op op = g_.op(id);
    if (op == Op::Fold || op == Op::Trace || !is_floating(g_.element(id))) return {};
    const bool dear = dear_.contains(id);
    if (!dear && (least_ == Least::Call || !is_more_than_a_load(id))) return {};
    const std::vector<Nodes> paths = paths_.to(id);
    if (paths.empty()) return {};
    const int hole = hole_of(g_, id);
    // What the bodies have around them in common.
    std::size_t common = 0;
    while (static_cast<int>(common) < hole - 1 &&
           std::ranges::all_of(
               paths, [&](const Nodes& path) { return path[common] == paths[0][common]; })) {
      ++common;
    }
    const int scope = static_cast<int>(common);
    const auto carried = carried_.find(id);
    if (carried != carried_.end() && (carried->second & above(scope)) != 0) return {};
    for (NodeId extent : g_.type_of(id).extents) {
      if (scope_of(g_, extent) > scope) return {};
    }
    if (!dear && !is_often_computed(id, paths[0], scope)) return {};
    if (!dear &&
        std::ranges::none_of(paths, [&](const Nodes& path) { return is_innermost(path.back()); })) {
      return {};
    }
    return home_in(id, paths, scope);
  }

  /// The array's loops, where a value on those paths may be computed in `scope`.
  std::optional<Home> home_in(NodeId id, const std::vector<Nodes>& paths, int scope) {
    Home home{scope, {}};
    std::vector<LoopNest> nests(1);
    for (int level = 1; level <= scope_of(g_, id); ++level) {
      nests.push_back(nests.back());
      if ((g_.free(id) & Graph::bit(level)) == 0) continue;
      std::optional<Range> range;
      for (const Nodes& path : paths) {
        const auto own = range_outside(path, level, scope);
        if (!own || (range && !is_same_range(*range, *own))) return {};
        range = own;
      }
      const NodeId index = g_.bound(level, 0, scalar_type(Element::Index));
      if (!bounds_.enter(nests.back(), level, index, *range)) return {};
      if (level > scope) home.loops.push_back({level, *range});
    }
    const bool always = std::ranges::any_of(
        paths, [&](const Nodes& path) { return is_always_computed(id, path, scope); });
    if (!always || !Safety(g_, bounds_).holds(id, nests)) return {};
    return home;
  }

  /// Where the loop that a value moves out of computes the same of its own index, `u(r)` beside
  /// `for s < r: u(s)`, the array has those elements, too.
  void share_with_loops_around(std::unordered_map<NodeId, Home>& chosen) {
    Nodes ids;
    for (const auto& [id, home] : chosen) ids.push_back(id);
    std::ranges::sort(ids);
    for (NodeId id : ids) {
      Home& home = chosen.at(id);
      auto& [level, range] = home.loops.back();
      const int around = hole_of(g_, id);
      if (level <= around) continue;
      const NodeId values[] = {g_.bound(around, 0, scalar_type(Element::Index))};
      const NodeId same = substitute(g_, id, level, values);
      if (!std::ranges::binary_search(live_, same) || chosen.contains(same)) continue;
      const std::vector<Nodes> paths = paths_.to(same);
      const auto longer = paths.empty() ? std::nullopt : home_in(same, paths, home.scope);
      if (!longer || !goes_on(home.loops, longer->loops)) continue;
      range = longer->loops.back().second;
      chosen.emplace(same, *longer);
    }
  }

  /// Whether the innermost of `longer` begins as that of `loops` does and ends no sooner, and the
  /// others are the same.
  bool goes_on(const Loops& loops, const Loops& longer) {
    if (loops.size() != longer.size()) return false;
    for (std::size_t k = 0; k + 1 < loops.size(); ++k) {
      if (loops[k].first != longer[k].first || !is_same_range(loops[k].second, longer[k].second)) {
        return false;
      }
    }
    const Range& range = loops.back().second;
    const Range& other = longer.back().second;
    if (range.begin != other.begin || range.step != other.step) return false;
    try {
      const auto more = (polynomials_.of(other.end) - polynomials_.of(range.end)).constant();
      return more && g_.is_constant(range.step, 1) && more->numerator >= 0;
    } catch (const PolynomialTooLarge&) {
      return false;
    }
  }

  /// Whether an element of an array saves work: a division or root, or reading several elements.
  bool is_more_than_a_load(NodeId id) const {
    int loads = 0;
    bool slow = false;
    std::unordered_set<NodeId> seen{id};
    Nodes stack{id};
    const int level = scope_of(g_, id);
    while (!stack.empty()) {
      const NodeId node = stack.back();
      stack.pop_back();
      const Op op = g_.op(node);
      if (op == Op::At) {
        ++loads;
        continue;
      }
      if (!is_operator(op) && op != Op::Convert && op != Op::If) continue;
      slow = slow || (is_operator(op) && is_floating(g_.element(node)) && op_row(op).cost >= kSlow);
      for (NodeId o : g_.operands(node)) {
        if (scope_of(g_, o) == level && seen.insert(o).second) stack.push_back(o);
      }
    }
    return slow || loads > 1;
  }

  bool is_innermost(NodeId loop) const {
    const auto bodies = g_.operands(loop).subspan(g_.outside_operands(loop));
    return std::ranges::none_of(reachable_at(g_, bodies, g_[loop].level), [&](NodeId id) {
      return is_binder(g_.op(id)) && !is_assignment(g_, id) && as_array_sum(g_, id).a == kNoNode;
    });
  }

  /// Whether loops around run more than a few times that a value does not depend on.
  bool is_often_computed(NodeId id, const Nodes& path, int scope) {
    std::int64_t times = 1;
    for (NodeId loop : path) {
      if (g_[loop].level <= scope || (g_.free(id) & Graph::bit(g_[loop].level)) != 0) continue;
      const NodeId trips = trip_count(g_, range_of_loop(g_, loop));
      if (!g_.is_constant(trips)) return true;
      times *= g_.index_value(trips);
    }
    return times >= kOften;
  }

  /// The range of the loop of a level over all trips of those around it inside `scope`.
  std::optional<Range> range_outside(const Nodes& path, int level, int scope) {
    const auto loop_of = [&](int l) { return path[static_cast<std::size_t>(l) - 1]; };
    Range range = range_of_loop(g_, loop_of(level));
    if (!g_.is_constant(range.step) || g_.index_value(range.step) == 0) return {};
    const std::int64_t step = g_.index_value(range.step);
    const bool trips_vary = scope_of(g_, range.begin) > scope;
    if (trips_vary && step != 1 && step != -1) return {};
    for (NodeId* bound : {&range.begin, &range.end}) {
      const bool most = (bound == &range.end) == (step > 0);
      while (scope_of(g_, *bound) > scope) {
        const int around = scope_of(g_, *bound);
        *bound = extreme(*bound, around, range_of_loop(g_, loop_of(around)), most);
        if (*bound == kNoNode) return {};
      }
    }
    return range;
  }

  /// The most or the least that an expression linear in a loop's index is over its trips, where
  /// there are any.
  NodeId extreme(NodeId value, int level, const Range& range, bool most) {
    if (!g_.is_constant(range.step)) return kNoNode;
    const NodeId index = g_.bound(level, 0, scalar_type(Element::Index));
    try {
      const Polynomial p = polynomials_.of(value);
      // What is read or counted in the trip may be anything.
      if (hangs_on_trips(g_, p, index, level)) return kNoNode;
      const Polynomial without = p.with(index, Polynomial());
      const Polynomial slope = p.with(index, Polynomial(1)) - without;
      const auto number = slope.constant();
      if (!number || !(without + slope * Polynomial::unknown(index) == p)) return kNoNode;
      const bool up = g_.index_value(range.step) > 0;
      const bool at_last = (number->numerator > 0) == (up == most);
      const NodeId values[] = {at_last ? folded(g_, Op::Sub, range.end, g_.index(up ? 1 : -1))
                                       : range.begin};
      return substitute(g_, value, level, values);
    } catch (const PolynomialTooLarge&) {
      return kNoNode;
    }
  }

  /// Whether what gets an array in `scope` is computed there whatever conditions hold, if the loops
  /// around it run.
  bool is_always_computed(NodeId id, const Nodes& path, int scope) const {
    if (!always_.contains(id)) return false;
    return std::ranges::all_of(path, [&](NodeId loop) {
      const int level = g_[loop].level;
      const bool hole = level == scope + 1 && (g_.free(id) & Graph::bit(level)) == 0;
      return level <= scope || hole || always_.contains(loop);
    });
  }

  /// The element that a value has become, of an array over the trips of the loops.
  NodeId element_of_array(NodeId value, const Home& home) {
    NodeId array = value;
    Nodes trips;
    for (auto loop = home.loops.rbegin(); loop != home.loops.rend(); ++loop) {
      const auto& [level, range] = *loop;
      const NodeId index = g_.bound(level, 0, scalar_type(Element::Index));
      const NodeId values[] = {index_at_trip(g_, range, index)};
      array = values[0] == index ? array : substitute(g_, array, level, values);
      array = g_.map(level, trip_count(g_, range), array);
      trips.push_back(trip_at(g_, range, index));
    }
    std::ranges::reverse(trips);
    name_array(array, value);
    return g_.at(array, trips);
  }

  /// As the author calls its elements; else `exp_q`, for calls of an element.
  void name_array(NodeId array, NodeId value) {
    f_.provenance.carry(value, array);
    if (f_.provenance.named(array) || !is_operator(g_.op(value)) || !is_call(g_.op(value))) return;
    Nodes indices;
    const NodeId of = array_under(g_, g_.operand(value, 0), indices);
    if (indices.empty() || g_.operands(value).size() != 1 || g_.op(of) != Op::Input) return;
    std::string name = g_.input_name(of);
    if (name.ends_with("[]")) name.resize(name.size() - 2);
    if (name.find_first_of("[].?#") != std::string::npos) return;
    f_.provenance.add(array, {fmt::format("{}_{}", op_row(g_.op(value)).spelling, name), "", {}});
  }

  Function& f_;
  Least least_;
  Graph& g_;
  Nodes live_;
  LoopPaths paths_;
  WithinBounds bounds_;
  Polynomials polynomials_{g_};
  std::unordered_set<NodeId> always_, invariant_, dear_;
  std::unordered_map<NodeId, std::uint64_t> carried_;  // levels of loops whose states nodes need
};

}  // namespace

Function hoist_values(Function f) {
  for (int round = 0; round < kMostRounds && Hoist(f, Least::Call).run(); ++round) continue;
  return f;
}

Function hoist_operations(Function f) {
  for (int round = 0; round < kMostRounds && Hoist(f, Least::Operation).run(); ++round) continue;
  return f;
}

}  // namespace gradsmith
