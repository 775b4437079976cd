#include "emit/certain_loads.hpp"

#include <algorithm>

#include "ir/arrays.hpp"
#include "ir/loop_nest.hpp"

namespace gradsmith {
namespace {

class Finder {
 public:
  Finder(const Function& f, const Graph& graph) : f_(f), g_(graph), polynomials_(graph) {}

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
      const bool known = nest && inner.enter(g_, polynomials_, parts.level,
                                             index == body.end() ? kNoNode : *index, parts.range);
      scope(body, parts.level, known ? &inner : nullptr);
    }
  }

  LoadCertainty found() { return std::move(found_); }

 private:
  void judge(NodeId at, const LoopNest* nest) {
    std::vector<NodeId> indices;
    const NodeId array = array_under(g_, at, indices);
    const std::vector<NodeId>& extents = g_.type_of(array).extents;
    bool certain = true;
    for (std::size_t k = 0; certain && k < indices.size(); ++k) {
      certain = is_inside(indices[k], extents[k], nest);
    }
    if (g_.op(array) == Op::Input) {
      if (!certain) found_.uncertain.insert(at);
    } else if (certain) {
      found_.own.insert(at);
    }
  }

  bool is_inside(NodeId index, NodeId extent, const LoopNest* nest) {
    if (g_.is_constant(index) && g_.is_constant(extent)) {
      return g_.index_value(index) >= 0 && g_.index_value(index) < g_.index_value(extent);
    }
    if (!nest) return false;
    try {
      const Polynomial& place = polynomials_.of(index);
      return nest->never_negative(place) && is_below(place, extent, *nest);
    } catch (const PolynomialTooLarge&) {
      return false;
    }
  }

  bool is_below(const Polynomial& place, NodeId extent, const LoopNest& nest) {
    if (const auto length = std::ranges::find(f_.lengths, extent, &Length::input);
        length != f_.lengths.end()) {
      if (length->value == kNoNode) return false;
      extent = length->value;
    }
    if (g_.op(extent) == Op::Max) {
      const auto o = g_.operands(extent);
      return is_below(place, o[0], nest) || is_below(place, o[1], nest);
    }
    return nest.never_negative(polynomials_.of(extent) - place - Polynomial(1));
  }

  const Function& f_;
  const Graph& g_;
  Polynomials polynomials_;
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
