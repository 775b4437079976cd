#include "passes/inline_elements.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ir/substitute.hpp"
#include "passes/loop_paths.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

class Readers {
 public:
  Readers(const Graph& g, const Function& f, const std::vector<NodeId>& live)
      : g_(g), paths_(g, live) {
    for (NodeId root : roots_of(f)) kept_.insert(root);
    for (const Parameter& p : f.parameters) {
      if (p.is_written()) continue;
      for (const Leaf& leaf : p.leaves) read_only_.insert(leaf.input);
    }
    for (NodeId id : live) {
      const auto o = g.operands(id);
      for (std::size_t k = 0; k < o.size(); ++k) {
        if (g.op(o[k]) == Op::Map && !(g.op(id) == Op::At && k == 0)) kept_.insert(o[k]);
      }
      if (g.op(id) == Op::At && g.op(o[0]) == Op::Map) note(id);
    }
  }

  /// Whether one loop reads the Map, and no element twice.
  bool is_read_once(NodeId map) const { return !kept_.contains(map) && readers_.contains(map); }

 private:
  void note(NodeId at) {
    const NodeId map = g_.operand(at, 0);
    const auto paths = paths_.to(at);
    if (paths.size() != 1 || paths[0].empty() || !reads_each_once(at, paths[0])) {
      kept_.insert(map);
      return;
    }
    const NodeId loop = paths[0].back();
    const bool reads = g_.op(loop) == Op::Map ? reads_own_elements(map) : !gives_array(loop);
    if (!reads) {
      kept_.insert(map);
      return;
    }
    if (readers_.try_emplace(map, loop).first->second != loop) kept_.insert(map);
  }

  /// A loop that adds up rows is a loop of its own backwards, which would compute the element
  /// again.
  bool gives_array(NodeId loop) const {
    if (g_.op(loop) != Op::Fold) return !g_.is_scalar(loop);
    return std::ranges::any_of(g_.fold_parts(loop).inits,
                               [&](NodeId init) { return !g_.is_scalar(init); });
  }

  /// Whether a Map needs of arrays that change the elements in its own place alone. A loop that
  /// changes such an array in place can read no others.
  bool reads_own_elements(NodeId map) const {
    const int level = g_[map].level;
    for (NodeId id : reachable_at(g_, g_.operands(map).subspan(1), level)) {
      if (g_.op(id) != Op::At || read_only_.contains(g_.operand(id, 0))) continue;
      const NodeId first = g_.operand(id, 1);
      const bool own = g_.op(first) == Op::Bound && g_[first].level == level;
      if (!own) return false;
    }
    return true;
  }

  /// Whether the indices are those of all loops around that the array does not itself stand in.
  bool reads_each_once(NodeId at, const std::vector<NodeId>& path) const {
    const NodeId map = g_.operand(at, 0);
    std::uint64_t around = 0;
    for (std::size_t k = 0; k < path.size(); ++k) around |= Graph::bit(static_cast<int>(k) + 1);
    std::uint64_t indices = 0;
    for (NodeId i : g_.operands(at).subspan(1)) {
      if (g_.op(i) != Op::Bound || g_.slot(i) != 0) return false;
      indices |= Graph::bit(g_[i].level);
    }
    return indices == (around & ~g_.free(map));
  }

  const Graph& g_;
  LoopPaths paths_;
  std::unordered_set<NodeId> kept_;
  std::unordered_set<NodeId> read_only_;        // arrays of the caller's
  std::unordered_map<NodeId, NodeId> readers_;  // the one loop that reads a Map
};

/// At(Map, i, ...) as the Map's body for i, and so on inside.
NodeId element(Graph& g, NodeId at) {
  const auto view = g.operands(at);
  const std::vector<NodeId> indices(view.begin() + 1, view.end());
  NodeId value = view[0];
  for (std::size_t k = 0; k < indices.size(); ++k) {
    if (g.op(value) != Op::Map) {
      return g.at(value, std::span(indices).subspan(k));
    }
    const NodeId index[] = {indices[k]};
    value = substitute(g, g.operand(value, 1), g[value].level, index);
  }
  return value;
}

}  // namespace

Function inline_elements(Function f) {
  Graph& g = f.graph;
  const std::vector<NodeId> live = reachable(g, roots_of(f));
  const Readers readers(g, f, live);
  rebuild(f, [&](NodeId id, NodeId fresh) {
    const bool inlines = g.op(id) == Op::At && readers.is_read_once(g.operand(id, 0));
    return inlines && g.op(fresh) == Op::At ? element(g, fresh) : fresh;
  });
  return f;
}

}  // namespace gradsmith
