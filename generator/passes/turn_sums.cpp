#include "passes/turn_sums.hpp"

#include <algorithm>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/polynomial.hpp"
#include "passes/loop_paths.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

/// What every trip finds in a state of a loop that changes none; kNoNode where it changes some.
NodeId unchanged(const Graph& g, NodeId fold, std::size_t k) {
  const FoldParts parts = g.fold_parts(fold);
  for (std::size_t j = 0; j < parts.nexts.size(); ++j) {
    if (!is_state(g, parts.nexts[j], parts.level, j)) return kNoNode;
  }
  return parts.inits[k];
}

/// An element of a Trace of such a state, or such a state after the loop; kNoNode for what is
/// neither.
NodeId of_unchanged(Graph& g, NodeId id) {
  if (g.op(id) == Op::Final) {
    return unchanged(g, g.operand(id, 0), static_cast<std::size_t>(g.slot(id)));
  }
  if (g.op(id) != Op::At || g.op(g.operand(id, 0)) != Op::Trace) return kNoNode;
  const NodeId trace = g.operand(id, 0);
  const NodeId fold = g.operand(trace, 0);
  const NodeId state = g.operand(trace, 1);
  if (g.op(state) != Op::Bound || g[state].level != g[fold].level || g.slot(state) == 0) {
    return kNoNode;
  }
  const NodeId held = unchanged(g, fold, static_cast<std::size_t>(g.slot(state)) - 1);
  if (held == kNoNode) return kNoNode;
  const auto indices = g.operands(id).subspan(2);
  return g.at(held, std::vector<NodeId>(indices.begin(), indices.end()));
}

bool runs_back(const Graph& g, const Range& range) { return g.is_constant(range.step, -1); }

/// Whether a sum needs nothing of what a loop backwards had in its trips.
bool needs_no_trip_back(const Graph& g, NodeId reduce) {
  const auto body = g.operands(reduce).subspan(g.operands(reduce).size() - 1);
  const std::vector<NodeId> nodes = reachable_at(g, body, g[reduce].level);
  return std::ranges::none_of(nodes, [&](NodeId id) {
    if (g.op(id) != Op::At) return false;
    std::vector<NodeId> indices;
    const NodeId array = array_under(g, id, indices);
    return g.op(array) == Op::Trace && runs_back(g, g.range_of(g.operand(array, 0)));
  });
}

NodeId turned(Graph& g, NodeId reduce) {
  const Range range = g.range_of(reduce);
  Polynomials polynomials(g);
  const NodeId begin = node_of(g, polynomials.of(range.end) + Polynomial(1));
  const NodeId end = node_of(g, polynomials.of(range.begin) + Polynomial(1));
  const auto view = g.operands(reduce);
  std::vector<NodeId> operands(view.begin(), view.end());
  const NodeId init = operands[operands.size() - 2];
  const NodeId body = operands.back();
  return g.reduce(Op::Add, g[reduce].level, {begin, end, g.index(1)}, init, body);
}

}  // namespace

Function turn_sums(Function f) {
  Graph& g = f.graph;
  rebuild(f, [&](NodeId, NodeId fresh) {
    const NodeId held = of_unchanged(g, fresh);
    return held == kNoNode ? fresh : held;
  });
  // A loop backwards that is there anyway may have more in common with the sums.
  std::vector<Range> back;
  for (NodeId id : reachable(g, roots_of(f))) {
    if (g.op(id) == Op::Fold && runs_back(g, g.range_of(id))) back.push_back(g.range_of(id));
  }
  const std::vector<bool> pinned = pinned_nodes(f);
  rebuild(f, [&](NodeId id, NodeId fresh) {
    const bool sum = g.op(fresh) == Op::Reduce && g.reducer(fresh) == Op::Add && !pinned[id];
    if (!sum || !runs_back(g, g.range_of(fresh))) return fresh;
    const Range range = g.range_of(fresh);
    const bool joins =
        std::ranges::any_of(back, [&](const Range& other) { return is_same_range(range, other); });
    return joins || !needs_no_trip_back(g, fresh) ? fresh : turned(g, fresh);
  });
  return f;
}

}  // namespace gradsmith
