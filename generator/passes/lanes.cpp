#include "passes/lanes.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "ir/arrays.hpp"
#include "ir/fold_constant.hpp"
#include "ir/substitute.hpp"
#include "passes/cost.hpp"
#include "passes/guards.hpp"
#include "passes/loop_states.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

using Nodes = std::vector<NodeId>;

constexpr std::int64_t kLanes = 8;
// Elements further apart than this are gathered one by one, which costs more than it gains.
constexpr std::int64_t kWidestStride = 4;
// Loops of constant length below this are left to the compiler.
constexpr std::int64_t kFewestTrips = 64;
// The lane's index while a body is open: above the levels of all loops.
constexpr int kLaneLevel = 48;

/// Thrown inside this file only: the loop stays as it is.
struct NotInLanes {};

/// One loop in lanes.
class Vectoriser {
 public:
  Vectoriser(Graph& graph, NodeId fold) : g_(graph), fold_(fold), level_(graph[fold].level) {}

  /// What stands for each final state. Throws NotInLanes.
  Nodes finals() {
    const FoldParts view = g_.fold_parts(fold_);
    const Nodes inits(view.inits.begin(), view.inits.end());
    const Nodes nexts(view.nexts.begin(), view.nexts.end());
    const Range range = upward(view.range);
    find_branches(nexts);
    Nodes starts;
    Nodes steps;
    std::vector<Op> reducers;
    trip_ = g_.apply(Op::Add,
                     {g_.apply(Op::Mul, {g_.index(kLanes), index(level_)}), index(kLaneLevel)});
    if (!g_.is_constant(range.begin, 0)) trip_ = g_.apply(Op::Add, {range.begin, trip_});
    for (std::size_t k = 0; k < inits.size(); ++k) {
      const NodeId state = loop_state(g_, level_, k, g_[inits[k]].type);
      if (g_.element(state) != Element::F64) throw NotInLanes{};
      if (!g_.is_scalar(state)) {
        reducers.push_back(Op::Add);
        starts.push_back(inits[k]);
        steps.push_back(with_added(nexts[k], state));
        continue;
      }
      const auto [op, term] = reduction(nexts[k], state);
      reducers.push_back(op);
      const NodeId wide = loop_state(g_, level_, k, lane_type());
      starts.push_back(lane_map(op == Op::Add ? g_.number(Element::F64, 0) : inits[k]));
      steps.push_back(lane_map(g_.apply(op, {g_.at(wide, {lane()}), in_lane(term)})));
    }
    const NodeId trips = integer(Op::Sub, range.end, range.begin);
    const NodeId blocks = integer(Op::Quotient, trips, g_.index(kLanes));
    const NodeId wide = g_.fold(level_, g_.range(blocks), starts, steps);
    Nodes rest;
    for (std::size_t k = 0; k < inits.size(); ++k) {
      const NodeId final = g_.final_state(wide, static_cast<int>(k));
      rest.push_back(g_.is_scalar(inits[k])
                         ? over_lanes(reducers[k], inits[k], g_.at(final, {lane()}))
                         : final);
    }
    const NodeId done = integer(Op::Mul, g_.index(kLanes), blocks);
    const Range left{integer(Op::Add, range.begin, done), range.end, g_.index(1)};
    const NodeId tail = g_.fold(level_, left, rest, nexts);
    Nodes result;
    for (std::size_t k = 0; k < inits.size(); ++k) {
      result.push_back(g_.final_state(tail, static_cast<int>(k)));
    }
    return result;
  }

 private:
  NodeId index(int level) { return g_.bound(level, 0, scalar_type(Element::Index)); }
  bool depends_on_lane(NodeId id) const { return (g_.free(id) & Graph::bit(kLaneLevel)) != 0; }
  NodeId lane() { return index(kLaneLevel); }
  bool varies(NodeId id) const { return (g_.free(id) & Graph::bit(level_)) != 0; }
  NodeId integer(Op op, NodeId a, NodeId b) {
    if (op != Op::Quotient && g_.is_constant(b, 0)) return a;
    if (op == Op::Add && g_.is_constant(a, 0)) return b;
    return folded(g_, op, a, b);
  }
  TypeId lane_type() { return g_.array_type(Element::F64, std::vector<std::int64_t>{kLanes}); }
  NodeId lane_map(NodeId body) { return g_.map(kLaneLevel, g_.index(kLanes), body); }
  /// `body` over all lanes. Numbers are added in pairs, which compilers do in a few steps.
  NodeId over_lanes(Op op, NodeId init, NodeId body) {
    if (op == Op::Add && g_.is_scalar(body)) {
      const bool element = g_.op(body) == Op::At && g_.operands(body).size() == 2 &&
                           g_.operand(body, 1) == lane() && !depends_on_lane(g_.operand(body, 0));
      const NodeId array = element ? g_.operand(body, 0) : lane_map(body);
      const NodeId other = g_.apply(Op::Add, {lane(), g_.index(kLanes / 2)});
      const NodeId halves =
          g_.map(kLaneLevel, g_.index(kLanes / 2),
                 g_.apply(Op::Add, {g_.at(array, {lane()}), g_.at(array, {other})}));
      const auto half = [&](std::int64_t k) { return g_.at(halves, {g_.index(k)}); };
      const NodeId sum = g_.apply(
          Op::Add, {g_.apply(Op::Add, {half(0), half(2)}), g_.apply(Op::Add, {half(1), half(3)})});
      return g_.is_constant(init, 0) ? sum : g_.apply(Op::Add, {init, sum});
    }
    return g_.reduce(op, kLaneLevel, g_.range(g_.index(kLanes)), init, body);
  }

  /// The same trips in ascending order, which for sums is as good.
  Range upward(const Range& r) {
    if (g_.is_constant(r.step, 1)) return r;
    if (g_.is_constant(r.step, -1)) return reversed(g_, r);
    throw NotInLanes{};
  }

  /// `op(state, term)`, the state mentioned nowhere else.
  std::pair<Op, NodeId> reduction(NodeId next, NodeId state) {
    const Op op = g_.op(next);
    if (op != Op::Add && op != Op::Sub && op != Op::Max && op != Op::Min) throw NotInLanes{};
    const NodeId x = g_.operand(next, 0);
    const NodeId y = g_.operand(next, 1);
    if (x == state)
      return {op == Op::Sub ? Op::Add : op, op == Op::Sub ? g_.apply(Op::Neg, {y}) : y};
    if (op == Op::Add && y == state) return {op, x};
    throw NotInLanes{};
  }

  /// A sum of arrays with one state in it: the state with all lanes of the other terms added.
  NodeId with_added(NodeId next, NodeId state) {
    Nodes terms = summands_of(g_, next);
    if (std::erase(terms, state) != 1) throw NotInLanes{};
    NodeId result = state;
    for (NodeId t : terms) result = add_values(g_, result, sum_of_lanes(t));
    return result;
  }

  bool is_loop_result(NodeId id) const { return g_.op(id) == Op::Final || g_.op(id) == Op::Reduce; }

  /// An array that a trip gives, added up over the lanes.
  NodeId sum_of_lanes(NodeId array) {
    const auto view = g_.operands(array);
    const Nodes o(view.begin(), view.end());
    const NodeId zero = g_.number(Element::F64, 0);
    // A loop that does not depend on the trip may have the trips' own level.
    if (is_loop_result(array) && !varies(array)) throw NotInLanes{};
    switch (g_.op(array)) {
      case Op::OneHot: {
        if (!g_.is_scalar(o.back())) throw NotInLanes{};
        need_neighbours({o.begin(), o.end() - 1}, g_.type_of(array).extents);
        const bool fixed =
            std::all_of(o.begin(), o.end() - 1, [&](NodeId e) { return !varies(e); });
        Nodes places;
        for (std::size_t k = 0; k + 1 < o.size(); ++k) places.push_back(in_lane(o[k]));
        const NodeId value = in_lane(o.back());
        if (fixed) return g_.one_hot(g_[array].type, places, over_lanes(Op::Add, zero, value));
        return over_lanes(Op::Add, g_.zeros(g_[array].type),
                          g_.one_hot(g_[array].type, places, value));
      }
      case Op::Final: {
        const NodeId wide = wide_fold(o[0]);
        return g_.final_state(wide, g_.slot(array));
      }
      case Op::Reduce: {
        if (g_.reducer(array) != Op::Add || varies(o[0]) || varies(o[1]) ||
            !is_zero_array(g_, o[3])) {
          throw NotInLanes{};
        }
        return g_.reduce(Op::Add, g_[array].level, {o[0], o[1], o[2]}, o[3], sum_of_lanes(o[4]));
      }
      default:
        throw NotInLanes{};
    }
  }

  /// A loop of the body whose numbers are arrays of lanes, and whose arrays sums over them.
  NodeId wide_fold(NodeId fold) {
    if (const auto found = wide_.find(fold); found != wide_.end()) return found->second;
    const FoldParts view = g_.fold_parts(fold);
    const Nodes inits(view.inits.begin(), view.inits.end());
    const Nodes nexts(view.nexts.begin(), view.nexts.end());
    const Range range = view.range;
    const int level = view.level;
    if (varies(range.begin) || varies(range.end) || varies(range.step)) throw NotInLanes{};
    Nodes starts;
    Nodes steps;
    for (std::size_t k = 0; k < inits.size(); ++k) {
      if (g_.element(inits[k]) != Element::F64) throw NotInLanes{};
      const NodeId state = loop_state(g_, level, k, g_[inits[k]].type);
      if (g_.is_scalar(state)) {
        starts.push_back(lane_map(in_lane(inits[k])));
        steps.push_back(lane_map(in_lane(nexts[k])));
      } else {
        if (!is_zero_array(g_, inits[k])) throw NotInLanes{};
        starts.push_back(inits[k]);
        steps.push_back(with_added(nexts[k], state));
      }
    }
    return wide_[fold] = g_.fold(level, range, starts, steps);
  }

  /// What only a side of a choice needs is computed in the lanes that take it: that may be
  /// arithmetic, but nothing that costs much or may fail.
  void find_branches(const Nodes& roots) {
    Nodes stack = roots;
    const auto visit = [&](NodeId id) {
      if (varies(id) && always_.insert(id).second) stack.push_back(id);
    };
    while (!stack.empty()) {
      const NodeId id = stack.back();
      stack.pop_back();
      const auto o = g_.operands(id);
      const std::size_t count = g_.op(id) == Op::If ? 1 : o.size();
      for (std::size_t k = 0; k < count; ++k) visit(o[k]);
    }
    for (NodeId root : roots) always_.insert(root);
  }

  /// A number as it is in one lane.
  NodeId in_lane(NodeId root) {
    const std::uint64_t own = Graph::bit(level_);
    // Nodes of inner bodies are reached through the loops that they belong to.
    Nodes stack{root};
    while (!stack.empty()) {
      const NodeId id = stack.back();
      if (lanes_.contains(id) || !depends(id, own)) {
        stack.pop_back();
        continue;
      }
      const std::size_t before = stack.size();
      if (!is_binder(g_.op(id)) && g_.op(id) != Op::Final) {
        for (NodeId o : g_.operands(id)) {
          if (depends(o, own) && !lanes_.contains(o) && g_.is_scalar(o)) stack.push_back(o);
        }
      }
      if (stack.size() != before) continue;
      stack.pop_back();
      lanes_[id] = made_in_lane(id);
    }
    return after(root);
  }
  /// Whether a node is another one in a lane: it depends on the trip, or on what loops carry.
  bool depends(NodeId id, std::uint64_t own) const {
    return (g_.free(id) & own) != 0 || (g_.free(id) >> (level_ + 1)) != 0;
  }
  NodeId after(NodeId id) const {
    const auto found = lanes_.find(id);
    return found == lanes_.end() ? id : found->second;
  }

  NodeId made_in_lane(NodeId id) {
    const Op op = g_.op(id);
    const auto view = g_.operands(id);
    const Nodes o(view.begin(), view.end());
    switch (op) {
      case Op::Bound: {
        if (g_[id].level == level_) {
          if (g_.slot(id) != 0) throw NotInLanes{};  // it waits for the trip before
          return trip_;
        }
        if (g_.slot(id) == 0) return id;
        if (g_.element(id) != Element::F64) throw NotInLanes{};
        return g_.at(g_.bound(g_[id].level, g_.slot(id), lane_type()), {lane()});
      }
      case Op::Final:
        return g_.at(g_.final_state(wide_fold(o[0]), g_.slot(id)), {lane()});
      case Op::Reduce:
        return g_.at(g_.final_state(wide_fold(as_fold(g_, id)), 0), {lane()});
      case Op::At:
        return element(id, o);
      case Op::If:
        require_plain(o[1]);
        require_plain(o[2]);
        return g_.choose(after(o[0]), after(o[1]), after(o[2]));
      case Op::Convert:
        break;
      default:
        if (!is_operator(op) || costs_a_call(op)) throw NotInLanes{};
    }
    Nodes operands;
    for (NodeId x : o) operands.push_back(after(x));
    return g_.with_operands(id, operands);
  }

  void require_plain(NodeId side) {
    Nodes stack{side};
    while (!stack.empty()) {
      const NodeId id = stack.back();
      stack.pop_back();
      if (always_.contains(id) || !varies(id) || !plain_.insert(id).second) continue;
      const Op op = g_.op(id);
      const bool plain =
          op == Op::If || op == Op::Bound || (is_operator(op) && op_row(op).cost == 1);
      if (!plain) throw NotInLanes{};
      for (NodeId o : g_.operands(id)) stack.push_back(o);
    }
  }

  NodeId element(NodeId at, const Nodes& o) {
    if (!g_.is_scalar(at) || (g_.op(o[0]) != Op::Input && varies(o[0]))) throw NotInLanes{};
    if (g_.op(o[0]) == Op::Bound && g_[o[0]].level >= level_) throw NotInLanes{};
    const Nodes indices(o.begin() + 1, o.end());
    need_neighbours(indices, g_.type_of(o[0]).extents);
    Nodes places;
    for (NodeId index : indices) places.push_back(after(index));
    return g_.at(o[0], places);
  }

  /// That neighbouring trips read or write elements near each other.
  void need_neighbours(const Nodes& indices, const std::vector<NodeId>& extents) const {
    std::int64_t width = 1;
    for (std::size_t k = indices.size(); k-- > 0;) {
      if (varies(indices[k]) && stride(indices[k]) * width > kWidestStride) throw NotInLanes{};
      width *= g_.is_constant(extents[k]) ? std::min(g_.index_value(extents[k]), kWidestStride + 1)
                                          : kWidestStride + 1;
    }
  }

  /// How far the elements of neighbouring trips are apart.
  std::int64_t stride(NodeId index) const {
    if (!varies(index)) return 0;
    const Op op = g_.op(index);
    if (op == Op::Bound) return 1;
    const auto o = g_.operands(index);
    if (op == Op::Add || op == Op::Sub) return stride(o[0]) + stride(o[1]);
    if (op == Op::Mul && g_.is_constant(o[0])) {
      return std::min(std::abs(g_.index_value(o[0])), kWidestStride + 1) * stride(o[1]);
    }
    if (op == Op::Mul && g_.is_constant(o[1])) {
      return std::min(std::abs(g_.index_value(o[1])), kWidestStride + 1) * stride(o[0]);
    }
    throw NotInLanes{};
  }

  Graph& g_;
  const NodeId fold_;
  const int level_;
  NodeId trip_ = kNoNode;
  std::unordered_map<NodeId, NodeId> lanes_;
  std::unordered_map<NodeId, NodeId> wide_;
  std::unordered_set<NodeId> always_;
  std::unordered_set<NodeId> plain_;  // what may be computed on the side that is not taken, too
};

bool is_worth_it(const Graph& g, NodeId fold) {
  const Range r = g.range_of(fold);
  if (!g.is_constant(r.begin) || !g.is_constant(r.end)) return true;
  return trip_count(g.index_value(r.begin), g.index_value(r.end), g.index_value(r.step)) >=
         kFewestTrips;
}

}  // namespace

std::vector<NodeId> finals_in_lanes(Graph& g, NodeId fold) {
  if (!is_worth_it(g, fold)) return {};
  try {
    return Vectoriser(g, fold).finals();
  } catch (const NotInLanes&) {
    return {};
  }
}

Function lanes(Function f) {
  if (f.policy == FpPolicy::Strict) return f;
  Graph& g = f.graph;
  const std::unordered_set<NodeId> traced = traced_folds(g, reachable(g, roots_of(f)));
  std::unordered_map<NodeId, Nodes> finals;  // by Fold; none where it stays as it is
  const auto finals_of_fold = [&](NodeId fold) -> const Nodes& {
    const auto [entry, made] = finals.try_emplace(fold);
    if (made) entry->second = finals_in_lanes(g, fold);
    return entry->second;
  };
  rebuild(f, [&](NodeId id, NodeId fresh) {
    if (scope_of(g, fresh) != 0) return fresh;
    if (g.op(fresh) == Op::Reduce && g.is_scalar(fresh) && g.element(fresh) == Element::F64) {
      const Nodes& own = finals_of_fold(as_fold(g, fresh));
      return own.empty() ? fresh : own[0];
    }
    if (g.op(fresh) != Op::Final || g.op(id) != Op::Final) return fresh;
    const NodeId fold = g.operand(fresh, 0);
    if (traced.contains(g.operand(id, 0)) || traced.contains(fold)) return fresh;
    const Nodes& own = finals_of_fold(fold);
    return own.empty() ? fresh : own[static_cast<std::size_t>(g.slot(fresh))];
  });
  return f;
}

}  // namespace gradsmith
