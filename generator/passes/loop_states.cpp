#include "passes/loop_states.hpp"

#include "passes/guards.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

/// Whether a value takes the place of the best so far, as the author's comparison has it.
NodeId beats(Graph& g, Op op, NodeId v, NodeId best) {
  const bool least = op == Op::Min || op == Op::Fmin;
  GRADSMITH_CHECK(least || op == Op::Max || op == Op::Fmax, "{} has no winner", op_name(op));
  const NodeId better = least ? g.apply(Op::Lt, {v, best}) : g.apply(Op::Lt, {best, v});
  if (op == Op::Min || op == Op::Max) return better;
  return g.apply(Op::Or, {better, g.apply(Op::Ne, {best, best})});
}

}  // namespace

LoopStates states_of_loop(Graph& g, NodeId loop, const std::vector<NodeId>& o) {
  const int level = g[loop].level;
  if (g.op(loop) == Op::Fold) {
    const auto states = static_cast<std::ptrdiff_t>((o.size() - 3) / 2);
    return {{o.begin() + 3, o.begin() + 3 + states}, {o.begin() + 3 + states, o.end()}};
  }
  const NodeId best = g.bound(level, 1, g[o[3]].type);
  if (g.op(loop) == Op::Reduce) {
    const NodeId next = g.reducer(loop) == Op::Add ? add_values(g, best, o[4])
                                                   : g.apply(g.reducer(loop), {best, o[4]});
    return {{o[3]}, {next}};
  }
  const TypeId index = scalar_type(Element::Index);
  const NodeId wins = beats(g, g.reducer(loop), o[4], best);
  const NodeId won = g.choose(wins, g.bound(level, 0, index), g.bound(level, 2, index));
  return {{o[3], g.index(-1)}, {g.choose(wins, o[4], best), won}};
}

}  // namespace gradsmith
