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

constexpr std::int64_t kMostTrips = 16;
constexpr std::int64_t kMostOperations = 128;  // in all trips of a loop together

class InnerUnroller {
 public:
  explicit InnerUnroller(Function& f) : f_(f), g_(f.graph) {}

  void run() {
    for (NodeId id : reachable(g_, roots_of(f_))) {
      if (g_.op(id) == Op::Trace) traced_ = true;
    }
    if (traced_) return;
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
    if (trips > kMostTrips) return {};
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
    const std::vector<NodeId> nexts(view.nexts.begin(), view.nexts.end());
    const Range range = view.range;
    const int level = view.level;
    std::vector<NodeId> values{kNoNode};
    values.insert(values.end(), view.inits.begin(), view.inits.end());
    for (std::int64_t t = 0; t < *trips; ++t) {
      values[0] = index_in(range, t);
      std::vector<NodeId> after{kNoNode};
      for (NodeId next : nexts) after.push_back(in_trip(next, level, values));
      values = std::move(after);
    }
    states = std::vector<NodeId>(values.begin() + 1, values.end());
    return &*states;
  }

  NodeId straight(NodeId loop) {
    const std::int64_t trips = *trips_of(loop);
    const int level = g_[loop].level;
    const auto view = g_.operands(loop);
    const std::vector<NodeId> o(view.begin(), view.end());
    switch (g_.op(loop)) {
      case Op::Map:
        return packed(loop, trips);
      case Op::Write: {
        NodeId array = o[3];
        for (std::int64_t t = 0; t < trips; ++t) {
          const NodeId index[] = {index_in({o[0], o[1], o[2]}, t)};
          std::vector<NodeId> place;
          for (std::size_t k = 5; k < o.size(); ++k) place.push_back(in_trip(o[k], level, index));
          array = g_.set(array, place, in_trip(o[4], level, index));
        }
        return array;
      }
      default: {
        // A sum, product or extremum, or its place: as the states that it goes through.
        const LoopStates own = states_of_loop(g_, loop, o);
        std::vector<NodeId> values{kNoNode};
        values.insert(values.end(), own.inits.begin(), own.inits.end());
        for (std::int64_t t = 0; t < trips; ++t) {
          values[0] = index_in({o[0], o[1], o[2]}, t);
          std::vector<NodeId> after{kNoNode};
          for (NodeId next : own.nexts) after.push_back(in_trip(next, level, values));
          values = std::move(after);
        }
        return values[g_.op(loop) == Op::ArgReduce ? 2 : 1];
      }
    }
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
  bool traced_ = false;
  std::unordered_map<NodeId, std::optional<std::vector<NodeId>>> states_;
};

}  // namespace

Function unroll_inner(Function f) {
  if (!f.keep_loops) InnerUnroller(f).run();
  return f;
}

}  // namespace gradsmith
