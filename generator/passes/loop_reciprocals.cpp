#include "passes/loop_reciprocals.hpp"

#include <set>
#include <unordered_set>

#include "ir/arrays.hpp"
#include "passes/loop_states.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

/// The nodes that values are made of. Of a loop that finds derivatives, too, only the states that
/// the values need.
class ValueNodes {
 public:
  explicit ValueNodes(const Function& f) : g_(f.graph) {
    for (std::size_t k = 0; k < f.outputs.size() && k < f.value_outputs; ++k) {
      visit(f.outputs[k].value);
    }
    while (!stack_.empty()) {
      const NodeId id = stack_.back();
      stack_.pop_back();
      const Op op = g_.op(id);
      if (op == Op::Final) {
        visit_state(g_.operand(id, 0), static_cast<std::size_t>(g_.slot(id)));
      } else if (op == Op::Trace) {
        visit(g_.operand(id, 1));
        visit_states_in(g_.operand(id, 1), g_.operand(id, 0));
      } else {
        for (NodeId o : g_.operands(id)) visit(o);
      }
    }
  }
  bool contain(NodeId id) const { return seen_.contains(id); }

 private:
  void visit(NodeId id) {
    if (seen_.insert(id).second) stack_.push_back(id);
  }
  void visit_state(NodeId fold, std::size_t k) {
    if (!states_.emplace(fold, k).second) return;
    const FoldParts parts = g_.fold_parts(fold);
    for (NodeId id : {parts.range.begin, parts.range.end, parts.inits[k], parts.nexts[k]})
      visit(id);
    visit_states_in(parts.nexts[k], fold);
  }
  void visit_states_in(NodeId body, NodeId fold) {
    const FoldParts parts = g_.fold_parts(fold);
    const std::vector<bool> mentioned = states_in(g_, body, parts.level, parts.inits.size());
    for (std::size_t k = 0; k < mentioned.size(); ++k) {
      if (mentioned[k]) visit_state(fold, k);
    }
  }

  const Graph& g_;
  std::unordered_set<NodeId> seen_;
  std::set<std::pair<NodeId, std::size_t>> states_;
  std::vector<NodeId> stack_;
};

}  // namespace

Function loop_reciprocals(Function f) {
  Graph& g = f.graph;
  const ValueNodes values(f);
  rebuild(f, [&](NodeId id, NodeId fresh) {
    if (g.op(fresh) != Op::Div || values.contain(id)) return fresh;
    const NodeId x = g.operand(fresh, 0);
    const NodeId y = g.operand(fresh, 1);
    if (scope_of(g, x) <= scope_of(g, y) || g.is_constant(y)) return fresh;
    const NodeId one = g.number(g.element(y), 1);
    return g.apply(Op::Mul, {x, g.apply(Op::Div, {one, y})});
  });
  return f;
}

}  // namespace gradsmith
