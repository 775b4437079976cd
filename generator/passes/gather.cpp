#include "passes/gather.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/substitute.hpp"
#include "passes/loop_paths.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

using Nodes = std::vector<NodeId>;

/// What may be computed again wherever an element is read.
constexpr int kMostCost = 8;
/// A value may read elements of such arrays itself.
constexpr int kMostRounds = 32;

/// An array that loops add up from zeros on, each element once.
struct Scatter {
  Nodes loops;                 ///< Reduces, outermost first
  std::vector<int> subscript;  ///< by dimension: the level of the loop whose index it is
  NodeId value = kNoNode;
};

class Gather {
 public:
  explicit Gather(Function& f)
      : f_(f), g_(f.graph), live_(reachable(f.graph, roots_of(f))), paths_(f.graph, live_) {}

  /// Whether anything was replaced.
  bool run() {
    find_scatters();
    if (replace_whole()) return true;
    std::unordered_map<NodeId, NodeId> elements;
    for (NodeId id : live_) {
      if (g_.op(id) != Op::At || added_.contains(id)) continue;
      if (const auto found = scatters_.find(g_.operand(id, 0)); found != scatters_.end()) {
        if (const auto element = element_of(id, found->second)) {
          elements.emplace(id, *element);
        } else {
          kept_.insert(found->first);
        }
      }
    }
    std::erase_if(elements, [&](const auto& e) { return kept_.contains(g_.operand(e.first, 0)); });
    return put(elements);
  }

 private:
  /// Puts nodes in others' places; false where there are none.
  bool put(const std::unordered_map<NodeId, NodeId>& instead) {
    if (instead.empty()) return false;
    rebuild(f_, [&](NodeId id, NodeId fresh) {
      const auto found = instead.find(id);
      return found == instead.end() ? fresh : found->second;
    });
    return true;
  }

  void find_scatters() {
    for (NodeId id : live_) {
      if (g_.is_scalar(id)) continue;
      if (auto scatter = as_scatter(id)) scatters_.emplace(id, std::move(*scatter));
    }
    // Others than its elements' readers need the array. Who adds it to another one is no reader:
    // the loops add to that one then.
    for (NodeId id : live_) {
      if (const ArraySum sum = as_array_sum(g_, id); sum.a != kNoNode) {
        NodeId body = id;
        while (g_.op(body) == Op::Map) body = g_.operand(body, 1);
        for (NodeId term : g_.operands(body)) added_.insert(term);
        summands_.insert(sum.a);
        summands_.insert(sum.b);
      }
      const auto operands = g_.operands(id);
      for (std::size_t k = 0; k < operands.size(); ++k) {
        if (g_.op(id) == Op::At && k == 0) continue;
        kept_.insert(operands[k]);
      }
    }
    for (NodeId id : roots_of(f_)) kept_.insert(id);
  }

  std::optional<Scatter> as_scatter(NodeId id) const {
    Scatter found;
    while (g_.op(id) == Op::Reduce && g_.reducer(id) == Op::Add &&
           is_zero_array(g_, g_.operand(id, 3))) {
      found.loops.push_back(id);
      id = g_.operand(id, 4);
    }
    if (g_.op(id) != Op::OneHot || !is_floating(g_.element(id))) return {};
    const auto operands = g_.operands(id);
    found.value = operands.back();
    const auto place = operands.first(operands.size() - 1);
    if (place.size() != found.loops.size() || !g_.is_scalar(found.value)) return {};
    for (NodeId index : place) {
      if (g_.op(index) != Op::Bound || g_.slot(index) != 0) return {};
      found.subscript.push_back(g_[index].level);
    }
    for (NodeId loop : found.loops) {
      if (std::ranges::count(found.subscript, int{g_[loop].level}) != 1) return {};
    }
    return is_cheap(found) ? std::optional(found) : std::nullopt;
  }

  /// Whether the value costs a few operations beside elements that it reads.
  bool is_cheap(const Scatter& scatter) const {
    int cost = 0;
    std::unordered_set<NodeId> seen{scatter.value};
    Nodes stack{scatter.value};
    while (!stack.empty()) {
      const NodeId id = stack.back();
      stack.pop_back();
      const bool own = std::ranges::any_of(
          scatter.subscript, [&](int level) { return (g_.free(id) & Graph::bit(level)) != 0; });
      if (!own) continue;
      const Op op = g_.op(id);
      if (is_operator(op)) cost += op_row(op).cost;
      const bool plain = is_operator(op) || op == Op::At || op == Op::Bound || op == Op::Convert;
      if (!plain || cost > kMostCost) return false;
      for (NodeId o : g_.operands(id)) {
        if (seen.insert(o).second) stack.push_back(o);
      }
    }
    return true;
  }

  /// Arrays that loops over all elements add up: those that are another one, and results.
  bool replace_whole() {
    std::unordered_map<NodeId, NodeId> whole;
    std::unordered_set<NodeId> results;
    for (const Output& o : f_.outputs) results.insert(o.value);
    for (const auto& [id, scatter] : scatters_) {
      if (summands_.contains(id) || !is_over_all(id, scatter)) continue;
      if (const NodeId other = same_array(id, scatter); other != kNoNode) {
        whole.emplace(id, other);
      } else if (results.contains(id)) {
        whole.emplace(id, as_map(scatter));
      }
    }
    return put(whole);
  }

  bool is_over_all(NodeId array, const Scatter& scatter) {
    const std::vector<NodeId> extents = g_.type_of(array).extents;
    for (std::size_t d = 0; d < extents.size(); ++d) {
      if (scatter.subscript[d] != int{g_[scatter.loops[d]].level}) return false;
      if (!is_same_range(g_.range_of(scatter.loops[d]), g_.range(extents[d]))) return false;
    }
    return true;
  }

  /// The array whose elements are all copied; kNoNode: there is none.
  NodeId same_array(NodeId array, const Scatter& scatter) {
    if (g_.op(scatter.value) != Op::At) return kNoNode;
    const auto view = g_.operands(scatter.value);
    if (g_[view[0]].type != g_[array].type) return kNoNode;
    for (std::size_t d = 0; d < scatter.subscript.size(); ++d) {
      const int level = scatter.subscript[d];
      if (view[d + 1] != g_.bound(level, 0, scalar_type(Element::Index))) return kNoNode;
      if ((g_.free(view[0]) & Graph::bit(level)) != 0) return kNoNode;
    }
    return view[0];
  }

  NodeId as_map(const Scatter& scatter) {
    NodeId map = scatter.value;
    for (std::size_t d = scatter.loops.size(); d-- > 0;) {
      const NodeId loop = scatter.loops[d];
      map = g_.map(g_[loop].level, g_.range_of(loop).end, map);
    }
    return map;
  }

  std::optional<NodeId> element_of(NodeId at, const Scatter& scatter) {
    const auto view = g_.operands(at).subspan(1);
    const Nodes indices(view.begin(), view.end());
    if (indices.size() != scatter.subscript.size()) return {};
    const std::vector<Nodes> paths = paths_.to(at);
    if (paths.empty()) return {};
    std::uint64_t levels = g_.free(scatter.value) | g_.free(at);
    for (int level : scatter.subscript) levels |= Graph::bit(level);
    const int fresh = Graph::level_above(levels);  // where no index is taken for another one
    NodeId value = scatter.value;
    for (std::size_t d = 0; d < indices.size(); ++d) {
      value = relevel(g_, value, scatter.subscript[d], fresh + static_cast<int>(d));
    }
    const std::vector<NodeId> extents = g_.type_of(g_.operand(at, 0)).extents;
    for (std::size_t d = 0; d < indices.size(); ++d) {
      const auto loop = std::ranges::find_if(
          scatter.loops, [&](NodeId l) { return int{g_[l].level} == scatter.subscript[d]; });
      const Range range = g_.range_of(*loop);
      const bool all = is_same_range(range, g_.range(extents[d]));
      const bool index = g_.op(indices[d]) == Op::Bound && g_.slot(indices[d]) == 0;
      if (!all && !(index && has_same_indices(range, paths, g_[indices[d]].level))) return {};
      value = substitute(g_, value, fresh + static_cast<int>(d), std::span(&indices[d], 1));
    }
    return value;
  }

  bool has_same_indices(const Range& range, const std::vector<Nodes>& paths, int level) {
    return std::ranges::all_of(paths, [&](const Nodes& path) {
      const NodeId loop = path[static_cast<std::size_t>(level) - 1];
      const Range own = range_of_loop(g_, loop);
      if (is_same_range(own, range)) return true;
      return g_.is_constant(own.step) && is_same_range(reversed(g_, own), range);
    });
  }

  Function& f_;
  Graph& g_;
  Nodes live_;
  LoopPaths paths_;
  std::map<NodeId, Scatter> scatters_;  // in the order in which nodes are made of them
  std::unordered_set<NodeId> kept_;
  std::unordered_set<NodeId> summands_;  // terms of sums of arrays
  std::unordered_set<NodeId> added_;     // elements of these, in the sums
};

}  // namespace

Function gather(Function f) {
  for (int round = 0; round < kMostRounds && Gather(f).run(); ++round) continue;
  return f;
}

}  // namespace gradsmith
