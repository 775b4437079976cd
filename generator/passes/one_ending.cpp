#include "passes/one_ending.hpp"

#include <vector>

#include "ir/arrays.hpp"
#include "ir/ending_state.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

using Nodes = std::vector<NodeId>;

/// The loop with one state more that ends it, where several do; itself where not.
NodeId with_one_ending(Function& f, NodeId fold) {
  Graph& g = f.graph;
  const FoldParts parts = g.fold_parts(fold);
  const int level = parts.level;
  const Range range = parts.range;
  Nodes inits(parts.inits.begin(), parts.inits.end());
  Nodes nexts(parts.nexts.begin(), parts.nexts.end());
  const std::vector<std::size_t> endings = ending_states(f, level, inits, nexts);
  if (endings.size() < 2) return fold;
  const auto state_of = [&](std::size_t k) { return loop_state(g, level, k, g[inits[k]].type); };
  Nodes running = nexts;
  for (NodeId& next : running) {
    for (std::size_t b : endings) next = assuming(f, next, level, state_of(b), false);
  }
  // Lazily, since what is asked last may be there only where the others do not hold.
  const auto any = [&](const Nodes& of) {
    NodeId all = g.boolean(false);
    for (auto b = endings.rbegin(); b != endings.rend(); ++b) {
      const NodeId one = of[*b];
      all = g.is_constant(all, 0)   ? one
            : g.is_constant(one, 0) ? all
            : g.is_constant(one, 1) ? one
                                    : g.choose(one, g.boolean(true), all);
    }
    return all;
  };
  const std::size_t states = inits.size();
  inits.push_back(any(inits));
  const NodeId stopped = state_of(states);
  for (std::size_t k = 0; k < states; ++k) {
    const NodeId next = g.choose(stopped, state_of(k), running[k]);
    f.provenance.carry(nexts[k], next);
    nexts[k] = next;
  }
  nexts.push_back(g.choose(stopped, g.boolean(true), any(running)));
  return g.fold(level, range, inits, nexts);
}

}  // namespace

Function one_ending(Function f) {
  if (!may_leave_loops(f)) return f;
  rebuild(f, [&](NodeId, NodeId fresh) {
    return f.graph.op(fresh) == Op::Fold ? with_one_ending(f, fresh) : fresh;
  });
  return f;
}

}  // namespace gradsmith
