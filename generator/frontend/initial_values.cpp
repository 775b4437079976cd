#include "frontend/initial_values.hpp"

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <utility>

#include "frontend/follow_inputs.hpp"

namespace gradsmith::frontend {
namespace {

using Bits = std::unordered_map<NodeId, std::uint64_t>;

/// A side of a choice, and the conditions under which it is taken.
struct Path {
  NodeId root;
  std::vector<std::pair<NodeId, bool>> assumed;
};

constexpr std::size_t kMostPaths = 64;

/// The inputs that a root may depend on. Its outermost choices are looked at side by side, each
/// side knowing its conditions: after an early return in a loop, say, the rest knows that no trip
/// returned.
std::uint64_t follow_paths(const Graph& graph, NodeId root, const Bits& bits, bool trips) {
  std::uint64_t all = 0;
  std::vector<Path> paths{{root, {}}};
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const Path path = paths[i];
    const auto under = [&](NodeId node) {
      InputFollower follower(graph, bits, trips);
      for (const auto& [condition, value] : path.assumed) follower.assume(condition, value);
      return follower.follow({{node}})[0];
    };
    const std::uint64_t from = under(path.root);
    if (from == 0) continue;
    if (graph.op(path.root) != Op::If || paths.size() + 2 > kMostPaths) {
      all |= from;
      continue;
    }
    const auto o = graph.operands(path.root);
    all |= under(o[0]);
    for (const bool value : {true, false}) {
      Path side{o[value ? 1 : 2], path.assumed};
      side.assumed.emplace_back(o[0], value);
      paths.push_back(std::move(side));
    }
  }
  return all;
}

std::uint64_t follow_roots(const Graph& graph, std::span<const NodeId> roots, const Bits& bits,
                           bool trips) {
  const std::vector<std::uint64_t> from = InputFollower(graph, bits, trips).follow(roots);
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < roots.size(); ++i) {
    if ((from[i] & ~all) != 0) all |= follow_paths(graph, roots[i], bits, trips);
  }
  return all;
}

}  // namespace

std::vector<bool> may_depend(const Graph& graph, std::span<const NodeId> roots,
                             std::span<const NodeId> inputs) {
  std::vector<bool> found;
  // 64 inputs at a time, a bit each.
  for (std::size_t first = 0; first < inputs.size(); first += 64) {
    const auto some = inputs.subspan(first, std::min<std::size_t>(64, inputs.size() - first));
    Bits bits;
    for (std::size_t i = 0; i < some.size(); ++i) bits[some[i]] = std::uint64_t{1} << i;
    std::uint64_t from = 0;
    try {
      from = follow_roots(graph, roots, bits, /*trips=*/true);
    } catch (const TooLong&) {
      from = follow_roots(graph, roots, bits, /*trips=*/false);
    }
    for (std::size_t i = 0; i < some.size(); ++i) found.push_back(((from >> i) & 1) != 0);
  }
  return found;
}

}  // namespace gradsmith::frontend
