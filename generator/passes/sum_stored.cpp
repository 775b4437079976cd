#include "passes/sum_stored.hpp"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/substitute.hpp"
#include "passes/cost.hpp"
#include "passes/loop_states.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

using Nodes = std::vector<NodeId>;

bool calls(const Graph& g, NodeId id, int level) {
  const Nodes nodes = reachable_at(g, std::span(&id, 1), level);
  return std::ranges::any_of(nodes, [&](NodeId node) {
    return (g.free(node) & Graph::bit(level)) != 0 && costs_a_call(g.op(node));
  });
}

class Sums {
 public:
  explicit Sums(Graph& g, const Nodes& live) : g_(g) {
    for (NodeId id : live) {
      if (g_.op(id) == Op::Trace) traces_[g_.operand(id, 0)].push_back(id);
    }
  }

  /// The sum over what a Trace of the loop holds that a final state is; kNoNode: it is none.
  NodeId of_stored(NodeId final) {
    const NodeId fold = g_.operand(final, 0);
    const auto traces = traces_.find(fold);
    if (traces == traces_.end() || scope_of(g_, fold) != 0) return kNoNode;
    const FoldParts parts = g_.fold_parts(fold);
    const auto k = static_cast<std::size_t>(g_.slot(final));
    if (g_.element(final) != Element::F64 || !g_.is_scalar(final)) return kNoNode;
    const NodeId term = term_of(parts, k);
    if (term == kNoNode || !calls(g_, term, parts.level)) return kNoNode;
    const auto stored = std::ranges::find_if(
        traces->second, [&](NodeId trace) { return g_.operand(trace, 1) == term; });
    if (stored == traces->second.end() || is_asked_for(fold, k, traces->second)) return kNoNode;
    const Range range = parts.range;
    const NodeId init = parts.inits[k];
    const int level = parts.level;
    const NodeId index = g_.bound(level, 0, scalar_type(Element::Index));
    const NodeId element = g_.at(*stored, {trip_at(g_, range, index)});
    return g_.reduce(Op::Add, level, range, init, element);
  }

 private:
  /// What a trip adds to a state, and does nothing else with it.
  NodeId term_of(const FoldParts& parts, std::size_t k) const {
    const NodeId next = parts.nexts[k];
    if (g_.op(next) != Op::Add) return kNoNode;
    const NodeId a = g_.operand(next, 0);
    const NodeId b = g_.operand(next, 1);
    if (is_state(g_, a, parts.level, k)) return b;
    return is_state(g_, b, parts.level, k) ? a : kNoNode;
  }

  /// Whether anything but the sum itself asks for what it is before its end.
  bool is_asked_for(NodeId fold, std::size_t k, const Nodes& traces) const {
    const FoldParts parts = g_.fold_parts(fold);
    Nodes roots(parts.nexts.begin(), parts.nexts.end());
    roots[k] = term_of(parts, k);
    for (NodeId trace : traces) roots.push_back(g_.operand(trace, 1));
    return std::ranges::any_of(roots, [&](NodeId root) -> bool {
      return states_in(g_, root, parts.level, parts.inits.size())[k];
    });
  }

  Graph& g_;
  std::unordered_map<NodeId, Nodes> traces_;
};

}  // namespace

Function sum_stored(Function f) {
  if (f.policy == FpPolicy::Strict) return f;
  Graph& g = f.graph;
  Sums sums(g, reachable(g, roots_of(f)));
  // Within loops that have changed nothing is known: the traces are those of the loops before.
  rebuild(f, [&](NodeId id, NodeId fresh) {
    if (g.op(fresh) != Op::Final || fresh != id) return fresh;
    const NodeId sum = sums.of_stored(fresh);
    return sum == kNoNode ? fresh : sum;
  });
  return f;
}

}  // namespace gradsmith
