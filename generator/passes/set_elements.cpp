#include "passes/set_elements.hpp"

#include <algorithm>
#include <unordered_set>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/polynomial.hpp"
#include "ir/substitute.hpp"
#include "passes/loop_paths.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

using Nodes = std::vector<NodeId>;

/// What a trip adds to one element of a state, and to which; no value where it does more.
struct Added {
  Nodes place;
  NodeId value = kNoNode;
};

Added added_by(Graph& g, const FoldParts& fold, std::size_t k) {
  Nodes terms = summands_of(g, fold.nexts[k]);
  const auto is_own = [&](NodeId id) { return is_state(g, id, fold.level, k); };
  if (std::erase_if(terms, is_own) != 1) return {};
  Added found;
  for (NodeId id : terms) {
    if (g.op(id) != Op::OneHot) return {};
    const auto o = g.operands(id);
    const Nodes place(o.begin(), o.end() - 1);
    const NodeId value = o.back();
    if (!g.is_scalar(value) || (found.value != kNoNode && place != found.place)) return {};
    found.place = place;
    found.value = found.value == kNoNode ? value : g.apply(Op::Add, {found.value, value});
  }
  return found;
}

/// The Write that stands for a loop's only state; kNoNode where there is none.
NodeId as_write(Graph& g, NodeId fold) {
  const FoldParts parts = g.fold_parts(fold);
  if (parts.inits.size() != 1 || g.op(parts.inits[0]) != Op::Write) return kNoNode;
  const NodeId zeros = parts.inits[0];
  const auto view = g.operands(zeros);
  const Nodes o(view.begin(), view.end());
  const Range range = parts.range;
  const int level = parts.level;
  if (!is_same_range(g.range_of(zeros), range) || !g.is_constant(o[4], 0)) return kNoNode;
  const Added added = added_by(g, parts, 0);
  if (added.value == kNoNode || o.size() != 5 + added.place.size()) return kNoNode;
  for (std::size_t d = 0; d < added.place.size(); ++d) {
    if (relevel(g, o[5 + d], g[zeros].level, level) != added.place[d]) return kNoNode;
  }
  if (mentions_state(g, added.value, level, 0)) return kNoNode;
  return g.write(level, range, o[3], added.value, added.place);
}

/// Whether an index goes through all of an array of that length, from either end.
bool goes_through(const Graph& g, const Range& range, NodeId length) {
  if (g.is_constant(range.begin, 0) && g.is_constant(range.step, 1)) return range.end == length;
  if (!g.is_constant(range.end, -1) || !g.is_constant(range.step, -1)) return false;
  try {
    Polynomials polynomials(g);
    return polynomials.of(range.begin) + 1 == polynomials.of(length);
  } catch (const PolynomialTooLarge&) {
    return false;
  }
}

/// Whether a state begins as zeros of which each trip adds to the element of its own index, all of
/// them, and nothing else needs it.
bool sets_all(Graph& g, const FoldParts& parts, std::size_t k, const Added& added) {
  const NodeId init = parts.inits[k];
  const auto& extents = g.type_of(init).extents;
  const NodeId index = g.bound(parts.level, 0, scalar_type(Element::Index));
  const bool each = extents.size() == 1 && goes_through(g, parts.range, extents[0]);
  if (!each || !is_zero_array(g, init) || added.value == kNoNode || added.place != Nodes{index} ||
      mentions_state(g, added.value, parts.level, k)) {
    return false;
  }
  for (std::size_t j = 0; j < parts.nexts.size(); ++j) {
    if (j != k && mentions_state(g, parts.nexts[j], parts.level, k)) return false;
  }
  return true;
}

/// A sum of single elements that goes over all of an array, as the array that it is; kNoNode for
/// another.
NodeId as_map(Graph& g, NodeId reduce) {
  if (g.reducer(reduce) != Op::Add || g.is_scalar(reduce)) return kNoNode;
  const NodeId zeros = g.operand(reduce, 3);
  const NodeId term = g.operand(reduce, 4);
  const Range range = g.range_of(reduce);
  const NodeId index = g.bound(g[reduce].level, 0, scalar_type(Element::Index));
  const auto& extents = g.type_of(reduce).extents;
  const bool all = extents.size() == 1 && goes_through(g, range, extents[0]);
  if (!all || !is_zero_array(g, zeros) || g.op(term) != Op::OneHot) return kNoNode;
  const auto o = g.operands(term);
  if (o.size() != 2 || o[0] != index || !g.is_scalar(o[1])) return kNoNode;
  return g.map(g[reduce].level, extents[0], o[1]);
}

/// A loop that sets the elements of such states; the loop itself where it has none.
NodeId setting(Graph& g, NodeId fold) {
  const FoldParts parts = g.fold_parts(fold);
  const Range range = parts.range;
  const int level = parts.level;
  Nodes inits(parts.inits.begin(), parts.inits.end());
  Nodes nexts(parts.nexts.begin(), parts.nexts.end());
  for (std::size_t k = 0; k < inits.size(); ++k) {
    if (g.is_scalar(inits[k])) continue;
    const Added added = added_by(g, g.fold_parts(fold), k);
    if (!sets_all(g, g.fold_parts(fold), k, added)) continue;
    const TypeId type = g[inits[k]].type;
    nexts[k] = g.set(loop_state(g, level, k, type), added.place, added.value);
    inits[k] = uninitialised_array(g, "set", type);
  }
  return g.fold(level, range, inits, nexts);
}

}  // namespace

Function set_elements(Function f) {
  Graph& g = f.graph;
  const std::unordered_set<NodeId> traced = traced_folds(g, reachable(g, roots_of(f)));
  rebuild(f, [&](NodeId id, NodeId fresh) {
    if (const NodeId map = g.op(fresh) == Op::Reduce ? as_map(g, fresh) : kNoNode; map != kNoNode) {
      return map;
    }
    if (g.op(fresh) == Op::Fold && !traced.contains(id)) return setting(g, fresh);
    if (g.op(fresh) != Op::Final || traced.contains(g.operand(id, 0))) return fresh;
    const NodeId write = as_write(g, g.operand(fresh, 0));
    return write == kNoNode ? fresh : write;
  });
  return f;
}

}  // namespace gradsmith
