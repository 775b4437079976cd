#include "passes/hoist_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/substitute.hpp"
#include "ir/within_bounds.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

using Nodes = std::vector<NodeId>;

/// What lies in an array of arrays is moved from one nest of loops after the other.
constexpr int kMostRounds = 4;
constexpr int kDear = 20;

std::uint64_t above(int level) { return ~((Graph::bit(level) << 1) - 1); }

/// The outermost loop that a value stands in and does not depend on, though on one inside it; 0:
/// none. Loops around a value have the levels 1, 2, ... from the outermost on.
int hole_of(const Graph& g, NodeId id) {
  const int first = std::countr_one(g.free(id) >> 1) + 1;
  return first < scope_of(g, id) ? first : 0;
}

Range range_of(Graph& g, NodeId loop) {
  return g.op(loop) == Op::Map ? g.range(g.operand(loop, 0)) : g.range_of(loop);
}

bool open(Graph& g, WithinBounds& bounds, LoopNest& nest, NodeId binder) {
  const NodeId loop = g.op(binder) == Op::Trace ? g.operand(binder, 0) : binder;
  const NodeId index = g.bound(g[loop].level, 0, scalar_type(Element::Index));
  return bounds.enter(nest, g[loop].level, index, range_of(g, loop));
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

class Hoist {
 public:
  explicit Hoist(Function& f)
      : f_(f),
        g_(f.graph),
        live_(reachable(f.graph, roots_of(f))),
        bodies_(bodies_with(f.graph, live_)),
        bounds_(f, f.graph) {}

  /// Whether anything was moved.
  bool run() {
    find_always();
    find_invariant();
    const std::unordered_map<NodeId, Nodes> moved = choose();
    if (moved.empty()) return false;
    rebuild(f_, [&](NodeId id, NodeId fresh) {
      const auto found = moved.find(id);
      return found == moved.end() ? fresh : element_of_array(fresh, found->second);
    });
    return true;
  }

 private:
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
    std::unordered_map<NodeId, std::uint64_t> carried;  // levels of loops whose states they need
    for (NodeId id : live_) {
      if (g_.free(id) == 0) continue;
      const auto operands = g_.operands(id);
      std::uint64_t& states = carried[id];
      if (g_.op(id) == Op::Bound && g_.slot(id) > 0) states = Graph::bit(g_[id].level);
      for (NodeId o : operands) {
        if (const auto known = carried.find(o); known != carried.end()) {
          states |= known->second & g_.free(id);
        }
      }
      const int hole = hole_of(g_, id);
      if (hole == 0 || (states & above(hole)) != 0) continue;
      if (is_floating(g_.element(id)) || g_.element(id) == Element::Tuple) invariant_.insert(id);
      const Op op = g_.op(id);
      const bool dear = is_operator(op) ? op_row(op).cost >= kDear
                                        : op == Op::Reduce || op == Op::Final ||
                                              std::ranges::any_of(operands, [&](NodeId o) {
                                                return dear_.contains(o) &&
                                                       (g_.free(o) & above(hole)) != 0;
                                              });
      if (dear) dear_.insert(id);
    }
  }

  /// The values that get an array, with the loops whose indices are its subscripts.
  std::unordered_map<NodeId, Nodes> choose() {
    std::unordered_map<NodeId, Nodes> chosen;
    std::unordered_set<NodeId> needed;  // by what stays in its loop
    for (auto id = live_.rbegin(); id != live_.rend(); ++id) {
      if (invariant_.contains(*id)) {
        if (!needed.contains(*id)) continue;
        if (const auto loops = loops_of_array(*id)) {
          chosen.emplace(*id, *loops);
          continue;
        }
      }
      for (NodeId o : g_.operands(*id)) needed.insert(o);
    }
    return chosen;
  }

  /// The loops around a value, outermost first; nothing where it is computed in several bodies.
  std::optional<Nodes> loops_around(NodeId id) const {
    Nodes loops;
    for (auto body = bodies_.find(id); body != bodies_.end(); body = bodies_.find(loops.back())) {
      if (body->second.size() != 1) return {};
      loops.push_back(body->second[0]);
    }
    std::ranges::reverse(loops);
    return loops;
  }

  std::optional<Nodes> loops_of_array(NodeId id) {
    const Op op = g_.op(id);
    if (!dear_.contains(id) || op == Op::Fold || op == Op::Trace) return {};
    const int hole = hole_of(g_, id);
    const auto stands_inside = [&](NodeId extent) { return scope_of(g_, extent) >= hole; };
    if (std::ranges::any_of(g_.type_of(id).extents, stands_inside)) return {};
    const auto around = loops_around(id);
    if (!around) return {};
    Nodes loops;
    std::vector<LoopNest> nests(1);
    for (NodeId loop : *around) {
      const int level = g_[loop].level;
      nests.push_back(nests.back());
      if ((g_.free(id) & Graph::bit(level)) == 0) continue;
      if (level > hole) {
        const Range r = range_of(g_, loop);
        if (stands_inside(r.begin) || stands_inside(r.end)) return {};
        loops.push_back(loop);
      }
      if (!open(g_, bounds_, nests.back(), loop)) return {};
    }
    if (!is_always_computed(id, *around, hole)) return {};
    if (!Safety(g_, bounds_).holds(id, nests)) return {};
    return loops;
  }

  /// Whether each trip of the loop of level `hole` computes the value for all trips of those inside.
  bool is_always_computed(NodeId id, const Nodes& around, int hole) const {
    if (!always_.contains(id)) return false;
    return std::ranges::all_of(around, [&](NodeId loop) {
      return g_[loop].level <= hole || always_.contains(loop);
    });
  }

  /// The element that a value has become, of an array over the trips of the loops.
  NodeId element_of_array(NodeId value, const Nodes& loops) {
    NodeId array = value;
    Nodes trips;
    for (auto loop = loops.rbegin(); loop != loops.rend(); ++loop) {
      const int level = g_[*loop].level;
      const Range range = range_of(g_, *loop);
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
  Graph& g_;
  Nodes live_;
  std::unordered_map<NodeId, Nodes> bodies_;
  WithinBounds bounds_;
  std::unordered_set<NodeId> always_, invariant_, dear_;
};

}  // namespace

Function hoist_values(Function f) {
  for (int round = 0; round < kMostRounds && Hoist(f).run(); ++round) continue;
  return f;
}

}  // namespace gradsmith
