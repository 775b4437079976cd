#include "passes/unroll_inner.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/substitute.hpp"
#include "passes/guards.hpp"
#include "passes/loop_states.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

constexpr std::int64_t kMostOperations = 128;  // in all trips of a loop together

class InnerUnroller {
 public:
  explicit InnerUnroller(Function& f) : f_(f), g_(f.graph) {}

  void run() {
    const bool traced = std::ranges::any_of(reachable(g_, roots_of(f_)),
                                            [&](NodeId id) { return g_.op(id) == Op::Trace; });
    if (traced) return;
    rebuild(f_, [&](NodeId, NodeId fresh) {
      if (g_.op(fresh) == Op::Final) {
        const std::vector<NodeId>* states = final_states(g_.operand(fresh, 0));
        return states ? (*states)[static_cast<std::size_t>(g_.slot(fresh))] : fresh;
      }
      if (g_.op(fresh) != Op::Fold && is_binder(g_.op(fresh)) && trips_of(fresh)) {
        return straight(fresh);
      }
      return fresh;
    });
  }

 private:
  /// The number of trips of a loop that is unrolled.
  std::optional<std::int64_t> trips_of(NodeId loop) const {
    if (g_.op(loop) == Op::Map) {
      const NodeId extent = g_.operand(loop, 0);
      if (!g_.is_constant(extent) || is_zero_array(g_, loop)) return {};
      if (!g_.has_constant_extents(g_[loop].type)) return {};
      return worth(loop, g_.index_value(extent));
    }
    if (is_assignment(g_, loop)) return {};
    const Range r = g_.range_of(loop);
    if (!g_.is_constant(r.begin) || !g_.is_constant(r.end) || !g_.is_constant(r.step)) return {};
    if (g_.index_value(r.step) == 0) return {};
    return worth(
        loop, trip_count(g_.index_value(r.begin), g_.index_value(r.end), g_.index_value(r.step)));
  }

  std::optional<std::int64_t> worth(NodeId loop, std::int64_t trips) const {
    if (trips > kMostUnrolledTrips) return {};
    std::int64_t operations = 0;
    const int level = g_[loop].level;
    for (NodeId id :
         reachable_at(g_, g_.operands(loop).subspan(g_.outside_operands(loop)), level)) {
      const Op op = g_.op(id);
      if (is_binder(op) && op != Op::Write) return {};
      if (op == Op::Write && !is_assignment(g_, id)) return {};
      const bool counts = is_operator(op) ? is_floating(g_.element(id)) : op == Op::Write;
      if (counts && scope_of(g_, id) >= level) ++operations;
    }
    const bool fits = trips * std::max<std::int64_t>(operations, 1) <= kMostOperations;
    return fits ? std::optional(trips) : std::nullopt;
  }

  NodeId in_trip(NodeId body, int level, std::span<const NodeId> values) {
    const NodeId made = substitute(g_, body, level, values);
    if (made != body) carry_names(f_, body, made);
    return made;
  }

  NodeId index_in(const Range& range, std::int64_t trip) {
    return g_.index(g_.index_value(range.begin) + trip * g_.index_value(range.step));
  }

  /// What a Fold's states are at the end; null where it stays a loop.
  const std::vector<NodeId>* final_states(NodeId fold) {
    const auto known = states_.find(fold);
    if (known != states_.end()) return known->second ? &*known->second : nullptr;
    const std::optional<std::int64_t> trips = trips_of(fold);
    auto& states = states_[fold];
    if (!trips) return nullptr;
    const FoldParts view = g_.fold_parts(fold);
    states = after_trips(
        {{view.inits.begin(), view.inits.end()}, {view.nexts.begin(), view.nexts.end()}},
        view.level, view.range, *trips);
    return &*states;
  }

  std::vector<NodeId> after_trips(const LoopStates& loop, int level, const Range& range,
                                  std::int64_t trips) {
    std::vector<NodeId> values{kNoNode};
    values.insert(values.end(), loop.inits.begin(), loop.inits.end());
    for (std::int64_t t = 0; t < trips; ++t) {
      values[0] = index_in(range, t);
      std::vector<NodeId> after{kNoNode};
      for (NodeId next : loop.nexts) after.push_back(in_trip(next, level, values));
      values = std::move(after);
    }
    values.erase(values.begin());
    return values;
  }

  NodeId straight(NodeId loop) {
    const std::int64_t trips = *trips_of(loop);
    if (g_.op(loop) == Op::Map) return packed(loop, trips);
    // As the states that it goes through: what a Write sees of its base is what is there before.
    const auto view = g_.operands(loop);
    const LoopStates own = states_of_loop(g_, loop, {view.begin(), view.end()});
    return after_trips(own, g_[loop].level, g_.range_of(loop),
                       trips)[g_.op(loop) == Op::ArgReduce ? 1 : 0];
  }

  NodeId packed(NodeId map, std::int64_t trips) {
    const int level = g_[map].level;
    const NodeId body = g_.operand(map, 1);
    const TypeId type = g_[map].type;
    std::vector<NodeId> elements;
    for (std::int64_t t = 0; t < trips; ++t) {
      const NodeId index[] = {g_.index(t)};
      const NodeId row = in_trip(body, level, index);
      append_elements(row, elements);
    }
    return g_.pack(type, elements);
  }
  void append_elements(NodeId array, std::vector<NodeId>& elements) {
    if (g_.is_scalar(array)) {
      elements.push_back(array);
      return;
    }
    for (std::int64_t i = 0; i < g_.constant_extents(g_[array].type)[0]; ++i) {
      append_elements(g_.at(array, {g_.index(i)}), elements);
    }
  }

  Function& f_;
  Graph& g_;
  std::unordered_map<NodeId, std::optional<std::vector<NodeId>>> states_;
};

}  // namespace

Function unroll_inner(Function f) {
  if (!f.keep_loops) InnerUnroller(f).run();
  return f;
}

}  // namespace gradsmith
