#include "emit/certain_loads.hpp"

#include <algorithm>

#include "ir/arrays.hpp"
#include "ir/within_bounds.hpp"

namespace gradsmith {
namespace {

class Finder {
 public:
  Finder(const Function& f, const Graph& graph) : g_(graph), bounds_(f, graph) {}

  /// Recursion follows the nesting of loops only.
  void scope(const std::vector<NodeId>& nodes, int level, const LoopNest* nest) {
    for (NodeId id : nodes) {
      if (scope_of(g_, id) != level) continue;
      if (g_.op(id) == Op::At && g_.is_scalar(id)) judge(id, nest);
      if (g_.op(id) != Op::Fold) continue;
      const FoldParts parts = g_.fold_parts(id);
      const std::vector<NodeId> body = reachable_at(g_, parts.nexts, parts.level);
      const auto index = std::ranges::find_if(body, [&](NodeId b) {
        return g_.op(b) == Op::Bound && g_[b].level == parts.level && g_.slot(b) == 0;
      });
      LoopNest inner = nest ? *nest : LoopNest();
      const bool known = nest && bounds_.enter(inner, parts.level,
                                               index == body.end() ? kNoNode : *index, parts.range);
      scope(body, parts.level, known ? &inner : nullptr);
    }
  }

  LoadCertainty found() { return std::move(found_); }

 private:
  void judge(NodeId at, const LoopNest* nest) {
    std::vector<NodeId> indices;
    const bool certain = bounds_.is_inside(at, nest);
    if (g_.op(array_under(g_, at, indices)) == Op::Input) {
      if (!certain) found_.uncertain.insert(at);
    } else if (certain) {
      found_.own.insert(at);
    }
  }

  const Graph& g_;
  WithinBounds bounds_;
  LoadCertainty found_;
};

}  // namespace

LoadCertainty certainty_of_loads(const Function& f, const Graph& graph,
                                 const std::vector<NodeId>& roots) {
  const std::vector<NodeId> live = reachable(graph, roots);
  const bool loops = std::ranges::any_of(live, [&](NodeId id) { return graph.op(id) == Op::Fold; });
  if (!loops) return {};
  Finder finder(f, graph);
  const LoopNest none;
  finder.scope(live, 0, &none);
  return finder.found();
}

}  // namespace gradsmith
