#include "passes/loop_paths.hpp"

#include <algorithm>

#include "ir/arrays.hpp"

namespace gradsmith {
namespace {

constexpr std::size_t kMostPaths = 16;

}  // namespace

Range range_of_loop(Graph& g, NodeId loop) {
  return g.op(loop) == Op::Map ? g.range(g.operand(loop, 0)) : g.range_of(loop);
}

bool is_same_range(const Range& a, const Range& b) {
  return a.begin == b.begin && a.end == b.end && a.step == b.step;
}

LoopPaths::LoopPaths(const Graph& g, std::span<const NodeId> live)
    : g_(g), bodies_(bodies_with(g, live)) {}

std::vector<std::vector<NodeId>> LoopPaths::to(NodeId id) const {
  std::vector<std::vector<NodeId>> paths{{}};
  for (int level = scope_of(g_, id); level > 0; --level) {
    std::vector<std::vector<NodeId>> longer;
    for (const std::vector<NodeId>& path : paths) {
      for (NodeId loop : bodies_.at(path.empty() ? id : path.back())) {
        longer.push_back(path);
        longer.back().push_back(loop);
      }
    }
    if (longer.size() > kMostPaths) return {};
    paths = std::move(longer);
  }
  for (std::vector<NodeId>& path : paths) std::ranges::reverse(path);
  return paths;
}

}  // namespace gradsmith
