#include "ir/substitute.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <vector>

#include "ir/fold_constant.hpp"
#include "ir/well_formed.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

/// One level being substituted, inside the scopes that enclose it. `values` empty means that the
/// level is renamed to `to`.
struct Scope {
  Scope* parent;
  int level;
  std::span<const NodeId> values;
  int to;
  std::uint64_t mask;  ///< levels that any replacement made here may mention
  std::unordered_map<NodeId, NodeId> memo;
};

class Substituter {
 public:
  explicit Substituter(Graph& graph) : g_(graph) {}

  NodeId resolve(NodeId root, Scope* scope) {
    while (scope && !(g_.free(root) & Graph::bit(scope->level))) scope = scope->parent;
    if (!scope) return root;
    if (auto found = scope->memo.find(root); found != scope->memo.end()) return found->second;
    for (NodeId id : affected(root, scope)) scope->memo[id] = rebuild(id, scope);
    return scope->memo.at(root);
  }

 private:
  /// The nodes under root that depend on the scope's level and are not done yet, operands first.
  std::vector<NodeId> affected(NodeId root, Scope* scope) {
    const std::uint64_t level = Graph::bit(scope->level);
    std::vector<NodeId> found;
    std::vector<NodeId> stack{root};
    std::unordered_map<NodeId, bool> seen{{root, true}};
    while (!stack.empty()) {
      const NodeId id = stack.back();
      stack.pop_back();
      found.push_back(id);
      // The body of a loop inside is rebuilt in a scope of its own.
      const bool binder = is_binder(g_.op(id));
      const auto operands = g_.operands(id);
      const std::size_t n = binder ? g_.outside_operands(id) : operands.size();
      for (std::size_t i = 0; i < n; ++i) {
        const NodeId o = operands[i];
        if ((g_.free(o) & level) && !scope->memo.contains(o) && seen.emplace(o, true).second) {
          stack.push_back(o);
        }
      }
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  NodeId rebuild(NodeId id, Scope* scope) {
    const Node n = g_[id];
    const TypeId type = resolve_type(n.type, scope);
    if (n.op == Op::Bound) return bound(n, type, scope);
    const auto view = g_.operands(id);
    std::vector<NodeId> operands(view.begin(), view.end());
    if (!is_binder(n.op)) {
      for (NodeId& o : operands) o = resolve(o, scope);
      return build(g_, {n.op, n.level, type, n.payload, operands});
    }
    const std::size_t outside = g_.outside_operands(id);
    std::uint64_t mask = free_after(n.free, scope);
    for (std::size_t i = 0; i < outside; ++i) {
      operands[i] = resolve(operands[i], scope);
      mask |= g_.free(operands[i]);
    }
    const int to = Graph::level_above(mask);
    Scope inner{scope, n.level, {}, to, Graph::bit(to), {}};
    for (NodeId& o : std::span(operands).subspan(outside)) o = resolve(o, &inner);
    if (n.op == Op::Trace) return trace(operands[0], operands[1], to);
    return build(g_, {n.op, to, type, n.payload, operands});
  }

  /// A traced body stands at its fold's level, so it cannot take in values that mention that level
  /// or one above, unless the fold mentions them too.
  NodeId trace(NodeId fold, NodeId body, int level) {
    const int own = g_[fold].level;
    GRADSMITH_CHECK((g_.free(body) & ~Graph::bit(level)) < Graph::bit(own),
                    "a value put into a traced body mentions a level that its fold does not");
    return g_.trace(fold, level == own ? body : relevel(g_, body, level, own));
  }

  NodeId bound(const Node& n, TypeId type, Scope* scope) {
    if (n.level != scope->level) return g_.bound(n.level, static_cast<int>(n.payload), type);
    if (scope->values.empty()) return g_.bound(scope->to, static_cast<int>(n.payload), type);
    const NodeId value = n.payload < scope->values.size() ? scope->values[n.payload] : kNoNode;
    return value == kNoNode ? g_.bound(n.level, static_cast<int>(n.payload), type) : value;
  }

  TypeId resolve_type(TypeId id, Scope* scope) {
    if (g_.has_constant_extents(id)) return id;
    Type type = g_.type(id);
    for (NodeId& extent : type.extents) extent = resolve(extent, scope);
    return g_.intern(type);
  }

  /// An upper bound of the levels that a node with `free` may mention once substituted.
  static std::uint64_t free_after(std::uint64_t free, Scope* scope) {
    std::uint64_t mask = free;
    std::uint64_t replaced = 0;  // kept apart: one scope's target may be another's own level
    for (Scope* s = scope; s; s = s->parent) {
      if (!(free & Graph::bit(s->level))) continue;
      mask &= ~Graph::bit(s->level);
      replaced |= s->mask;
    }
    return mask | replaced;
  }

  Graph& g_;
};

}  // namespace

NodeId substitute(Graph& graph, NodeId body, int level, std::span<const NodeId> values) {
  std::uint64_t mask = 0;
  for (NodeId v : values) mask |= v == kNoNode ? Graph::bit(level) : graph.free(v);
  if (values.empty()) return body;
  Scope scope{nullptr, level, values, 0, mask, {}};
  return Substituter(graph).resolve(body, &scope);
}

NodeId relevel(Graph& graph, NodeId body, int from, int to) {
  Scope scope{nullptr, from, {}, to, Graph::bit(to), {}};
  return Substituter(graph).resolve(body, &scope);
}

NodeId replace(Graph& graph, NodeId body, std::span<const NodeId> from,
               std::span<const NodeId> to) {
  std::unordered_map<NodeId, NodeId> memo;
  for (std::size_t i = 0; i < from.size(); ++i) memo[from[i]] = to[i];
  const NodeId lowest = from.empty() ? kNoNode : *std::min_element(from.begin(), from.end());
  // A loop that binds what a node mentions holds another one, equal to it.
  std::set<std::uint64_t> mentioned;
  for (NodeId id : from) mentioned.insert(graph.free(id));
  const auto may_hold = [&](NodeId id) {
    return std::any_of(mentioned.begin(), mentioned.end(),
                       [&](std::uint64_t levels) { return (graph.free(id) & levels) == levels; });
  };
  std::vector<NodeId> found;
  std::vector<NodeId> stack{body};
  std::unordered_map<NodeId, bool> seen;
  while (!stack.empty()) {
    const NodeId id = stack.back();
    stack.pop_back();
    if (id < lowest || memo.contains(id) || !may_hold(id)) continue;
    if (!seen.emplace(id, true).second) continue;
    found.push_back(id);
    for (NodeId o : graph.operands(id)) stack.push_back(o);
  }
  std::sort(found.begin(), found.end());
  for (NodeId id : found) {
    const auto view = graph.operands(id);
    std::vector<NodeId> operands(view.begin(), view.end());
    bool changed = false;
    for (NodeId& o : operands) {
      const auto hit = memo.find(o);
      if (hit == memo.end() || hit->second == o || !may_hold(o)) continue;
      o = hit->second;
      changed = true;
    }
    // Rebuilding a body under its own level number is right: replacements mention no other levels
    // than what they replace.
    memo[id] = changed ? graph.with_operands(id, operands) : id;
  }
  const auto hit = memo.find(body);
  return hit == memo.end() ? body : hit->second;
}

std::int64_t trip_count(std::int64_t begin, std::int64_t end, std::int64_t step) {
  GRADSMITH_CHECK(step != 0, "a range of step 0");
  const std::int64_t span = step > 0 ? end - begin : begin - end;
  const std::int64_t stride = step > 0 ? step : -step;
  return span <= 0 ? 0 : (span + stride - 1) / stride;
}

namespace {

/// As trip_count, but it may be negative.
NodeId unclamped_trips(Graph& g, const Range& r) {
  const std::int64_t step = g.index_value(r.step);
  const NodeId span =
      step > 0 ? folded(g, Op::Sub, r.end, r.begin) : folded(g, Op::Sub, r.begin, r.end);
  const std::int64_t stride = step > 0 ? step : -step;
  if (stride == 1) return span;
  return folded(g, Op::Quotient, folded(g, Op::Add, span, g.index(stride - 1)), g.index(stride));
}

}  // namespace

bool renew(std::span<NodeId> nodes, const std::unordered_map<NodeId, NodeId>& now) {
  bool changed = false;
  for (NodeId& id : nodes) {
    const auto found = now.find(id);
    if (found == now.end() || found->second == id) continue;
    id = found->second;
    changed = true;
  }
  return changed;
}

namespace {

/// What lies above the other where a range is not empty.
struct Ends {
  NodeId above, below;
};
Ends ends_of(const Graph& g, const Range& range) {
  const bool up = g.index_value(range.step) > 0;
  return up ? Ends{range.end, range.begin} : Ends{range.begin, range.end};
}

}  // namespace

NodeId makes_a_trip(Graph& g, const Range& range) {
  const Ends ends = ends_of(g, range);
  return g.apply(Op::Gt, {ends.above, ends.below});
}

bool says_a_trip_is_made(const Graph& g, NodeId condition, const Range& range) {
  if (g.op(condition) != Op::Gt) return false;
  const Ends ends = ends_of(g, range);
  return g.operand(condition, 0) == ends.above && g.operand(condition, 1) == ends.below;
}

NodeId trip_count(Graph& g, const Range& r) {
  if (g.is_constant(r.begin) && g.is_constant(r.end) && g.is_constant(r.step)) {
    return g.index(trip_count(g.index_value(r.begin), g.index_value(r.end), g.index_value(r.step)));
  }
  if (g.is_constant(r.begin, 0) && g.is_constant(r.step, 1)) return r.end;
  GRADSMITH_CHECK(g.is_constant(r.step), "a step that is not constant");
  return folded(g, Op::Max, unclamped_trips(g, r), g.index(0));
}

NodeId trip_at(Graph& g, const Range& r, NodeId index) {
  if (g.is_constant(r.begin, 0) && g.is_constant(r.step, 1)) return index;
  const bool up = g.index_value(r.step) > 0;
  const std::int64_t stride = up ? g.index_value(r.step) : -g.index_value(r.step);
  const NodeId distance = up && g.is_constant(r.begin, 0) ? index
                          : up                            ? folded(g, Op::Sub, index, r.begin)
                                                          : folded(g, Op::Sub, r.begin, index);
  return stride == 1 ? distance : folded(g, Op::Quotient, distance, g.index(stride));
}

Range reversed(Graph& g, const Range& r) {
  const std::int64_t step = g.index_value(r.step);
  const NodeId before = folded(g, Op::Sub, r.begin, r.step);
  // A range without trips has none backwards either: its last index lies at `before` or beyond.
  NodeId last = folded(g, Op::Sub, r.end, r.step);
  if (step != 1 && step != -1) {
    const NodeId trips = unclamped_trips(g, r);
    last = folded(g, Op::Add, before, folded(g, Op::Mul, trips, r.step));
  }
  return {last, before, g.index(-step)};
}

NodeId index_at_trip(Graph& g, const Range& r, NodeId trip) {
  if (g.is_constant(r.begin, 0) && g.is_constant(r.step, 1)) return trip;
  const NodeId offset = g.is_constant(r.step, 1) ? trip : folded(g, Op::Mul, trip, r.step);
  return g.is_constant(r.begin, 0) ? offset : folded(g, Op::Add, r.begin, offset);
}

}  // namespace gradsmith
