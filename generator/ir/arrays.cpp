#include "ir/arrays.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <unordered_set>
#include <utility>

#include "ir/fold_constant.hpp"
#include "ir/growth.hpp"
#include "ir/substitute.hpp"

namespace gradsmith {

bool is_assignment(const Graph& g, NodeId id) {
  if (g.op(id) != Op::Write) return false;
  const Range range = g.range_of(id);
  if (!g.is_constant(range.begin, 0) || !g.is_constant(range.end, 1)) return false;
  for (NodeId o : g.operands(id).subspan(4)) {
    if (g.free(o) & Graph::bit(g[id].level)) return false;
  }
  return true;
}

NodeId version_before(const Graph& g, NodeId array) {
  switch (g.op(array)) {
    case Op::Write:
      return is_assignment(g, array) ? g.operand(array, 3) : kNoNode;
    case Op::Final: {
      const FoldParts fold = g.fold_parts(g.operand(array, 0));
      return fold.inits[static_cast<std::size_t>(g.slot(array))];
    }
    case Op::If:
      return g.operand(array, 1);
    default:
      return kNoNode;
  }
}

NodeId first_version(const Graph& g, NodeId array) {
  for (NodeId before = array; before != kNoNode; before = version_before(g, array)) array = before;
  return array;
}

std::vector<Overwriting> statements_before(const Graph& g, NodeId array, NodeId until) {
  std::vector<Overwriting> found;
  std::unordered_set<NodeId> seen;
  std::vector<NodeId> stack{array};
  while (!stack.empty()) {
    const NodeId id = stack.back();
    stack.pop_back();
    if (id == until || !seen.insert(id).second) continue;
    const NodeId before = version_before(g, id);
    if (before == kNoNode) continue;
    stack.push_back(before);
    if (g.op(id) == Op::If) {
      stack.push_back(g.operand(id, 2));
    } else {
      found.push_back({g.op(id) == Op::Final ? g.operand(id, 0) : id, before});
    }
  }
  return found;
}

NodeId first_statement(const Graph& g, NodeId array, NodeId input) {
  for (NodeId before = version_before(g, array); before != kNoNode;
       before = version_before(g, array)) {
    if (before == input) return g.op(array) == Op::Final ? g.operand(array, 0) : array;
    array = before;
  }
  return kNoNode;
}

std::vector<NodeId> addends_of(const Graph& g, NodeId array) {
  std::vector<NodeId> indices;
  NodeId body = array;
  while (g.op(body) == Op::Map) {
    const NodeId inner = g.operand(body, 1);
    const int level = g[body].level;
    for (NodeId i : indices) {
      if (g[i].level == level) return {};
    }
    NodeId index = kNoNode;
    const NodeId roots[] = {inner};
    for (NodeId id : reachable_at(g, roots, level)) {
      if (g.op(id) == Op::Bound && g[id].level == level && g.slot(id) == 0) index = id;
    }
    if (index == kNoNode) return {};
    indices.push_back(index);
    body = inner;
  }
  if (indices.empty() || g.op(body) != Op::Add || !g.is_scalar(body)) return {};
  std::uint64_t bound = 0;
  for (NodeId i : indices) bound |= g.free(i);
  const auto addend = [&](NodeId at) {
    std::vector<NodeId> subscripts;
    NodeId base = at;
    while (g.op(base) == Op::At) {
      const auto o = g.operands(base);
      subscripts.insert(subscripts.begin(), o.begin() + 1, o.end());
      base = o[0];
      if (subscripts.size() >= indices.size()) break;
    }
    // Of a longer array the Map has a part only.
    return subscripts == indices && (g.free(base) & bound) == 0 &&
                   g.type_of(base).extents == g.type_of(array).extents
               ? base
               : kNoNode;
  };
  std::vector<NodeId> found;
  std::vector<NodeId> stack{body};
  while (!stack.empty()) {
    const NodeId id = stack.back();
    stack.pop_back();
    if (g.op(id) == Op::Add) {
      stack.insert(stack.end(), {g.operand(id, 1), g.operand(id, 0)});
      continue;
    }
    found.push_back(addend(id));
    if (found.back() == kNoNode) return {};
  }
  return found;
}

ArraySum as_array_sum(const Graph& g, NodeId array) {
  const std::vector<NodeId> addends = addends_of(g, array);
  return addends.size() == 2 ? ArraySum{addends[0], addends[1]} : ArraySum{};
}

std::vector<NodeId> summands_of(const Graph& g, NodeId array) {
  std::vector<NodeId> found;
  std::vector<NodeId> stack{array};
  while (!stack.empty()) {
    const NodeId id = stack.back();
    stack.pop_back();
    const ArraySum sum = as_array_sum(g, id);
    if (sum.a == kNoNode) {
      found.push_back(id);
    } else {
      stack.push_back(sum.b);
      stack.push_back(sum.a);
    }
  }
  return found;
}

NodeId uninitialised_array(Graph& g, const std::string& name, TypeId type) {
  std::string input = "?" + name;
  while (g.find_input(input) != kNoNode && g[g.find_input(input)].type != type) input += "'";
  return g.input(input, type);
}

bool is_uninitialised(const Graph& g, NodeId id) {
  return g.op(id) == Op::Input && !g.is_scalar(id) && g.input_name(id).starts_with('?');
}

bool is_zero_array(const Graph& g, NodeId array) {
  while (g.op(array) == Op::Map) array = g.operand(array, 1);
  return g.is_constant(array, 0) && !std::signbit(g.constant_value(array));
}

NodeId array_under(const Graph& g, NodeId at, std::vector<NodeId>& indices) {
  NodeId base = at;
  while (g.op(base) == Op::At) {
    const auto operands = g.operands(base);
    indices.insert(indices.begin(), operands.begin() + 1, operands.end());
    base = operands[0];
  }
  return base;
}

std::vector<NodeId> overwritten_by(const Graph& g, NodeId id) {
  if (is_assignment(g, id)) return {g.operand(id, 3)};
  if (g.op(id) != Op::Fold) return {};
  std::vector<NodeId> versions;
  for (NodeId init : g.fold_parts(id).inits) {
    if (!g.is_scalar(init)) versions.push_back(init);
  }
  return versions;
}

Alternatives::Alternatives(const Graph& g, std::span<const NodeId> nodes) {
  for (NodeId id : nodes) {
    if (g.op(id) != Op::If || g.is_scalar(id)) continue;
    std::unordered_map<NodeId, NodeId> writers;  // on the first side, by what they write over
    for (const Overwriting& o : statements_before(g, g.operand(id, 1))) {
      writers[o.version] = o.statement;
    }
    for (const Overwriting& o : statements_before(g, g.operand(id, 2))) {
      const auto other = writers.find(o.version);
      if (other == writers.end()) continue;
      const NodeId a = of(o.statement);
      const NodeId b = of(other->second);
      if (a != b) to_[std::max(a, b)] = std::min(a, b);
    }
  }
}

NodeId Alternatives::of(NodeId statement) const {
  for (auto found = to_.find(statement); found != to_.end(); found = to_.find(statement)) {
    statement = found->second;
  }
  return statement;
}

/// Recursion follows the nesting of loops only.
const LoopMentions::Mentioned& LoopMentions::of(NodeId fold) {
  if (const auto found = known_.find(fold); found != known_.end()) return found->second;
  const std::uint64_t own = Graph::bit(g_[fold].level);
  Mentioned result;
  std::unordered_set<NodeId> seen;
  std::vector<NodeId> stack;
  const auto visit = [&](NodeId id) {
    if (seen.insert(id).second) stack.push_back(id);
  };
  for (NodeId next : g_.fold_parts(fold).nexts) visit(next);
  while (!stack.empty()) {
    const NodeId id = stack.back();
    stack.pop_back();
    if (!(g_.free(id) & own)) {
      // A part of an array is its subscripts and the array.
      const bool part = g_.op(id) == Op::At && !g_.is_scalar(id);
      if (!part) result.nodes.push_back(id);
      for (NodeId o : g_.operands(id).first(part ? g_.operands(id).size() : 0)) visit(o);
      continue;
    }
    if (g_.op(id) == Op::At && g_.is_scalar(id)) {
      std::vector<NodeId> indices;
      const NodeId array = array_under(g_, id, indices);
      if (!(g_.free(array) & own)) result.reads.push_back(array);
    }
    if (g_.op(id) == Op::If && !g_.is_scalar(id)) {
      // A choice of the body may hand on an array that was there before.
      for (NodeId side : g_.operands(id).subspan(1)) {
        if (!(g_.free(side) & own)) result.reads.push_back(side);
      }
    }
    if (g_.op(id) != Op::Fold) {
      for (NodeId o : g_.operands(id)) visit(o);
      continue;
    }
    const Mentioned inner = of(id);
    for (NodeId read : inner.reads) {
      if (!(g_.free(read) & own)) result.reads.push_back(read);
    }
    for (NodeId m : inner.nodes) visit(m);
    for (NodeId o : g_.operands(id).first(g_.outside_operands(id))) visit(o);
  }
  const auto unique = [](std::vector<NodeId>& ids) {
    std::ranges::sort(ids);
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  };
  unique(result.nodes);
  unique(result.reads);
  return known_[fold] = std::move(result);
}

bool is_in_workspace(const Graph& g, const Buffer& buffer) {
  constexpr std::int64_t kMostOnStack = 4096;
  const TypeId type = g[buffer.input].type;
  return !g.has_constant_extents(type) || g.element_count(type) > kMostOnStack;
}

bool may_be_negative(const Graph& g, NodeId extent) {
  if (g.is_constant(extent)) return g.index_value(extent) < 0;
  const auto o = g.operands(extent);
  if (g.op(extent) == Op::Add) return may_be_negative(g, o[0]) || may_be_negative(g, o[1]);
  if (loop_counted_by(g, extent) != kNoNode) return false;
  if (g.op(extent) != Op::Max) return true;
  return may_be_negative(g, o[0]) && may_be_negative(g, o[1]);
}

NodeId never_negative(Graph& g, NodeId extent) {
  return may_be_negative(g, extent) ? folded(g, Op::Max, extent, g.index(0)) : extent;
}

NodeId copied_by(const Graph& g, NodeId array) {
  if (g.op(array) != Op::Map) return array;
  const NodeId at = g.operand(array, 1);
  if (g.op(at) != Op::At || !g.is_scalar(at)) return array;
  std::vector<NodeId> indices;
  const NodeId from = array_under(g, at, indices);
  const bool same = indices.size() == 1 && g.op(indices[0]) == Op::Bound &&
                    g[indices[0]].level == g[array].level && g.slot(indices[0]) == 0 &&
                    g[from].type == g[array].type &&
                    (g.free(from) & Graph::bit(g[array].level)) == 0;
  return same ? from : array;
}

bool is_buffer(const Graph& g, NodeId version) {
  return g.op(version) == Op::Input && g.input_name(version).starts_with('#');
}

NodeId loop_state(Graph& g, int level, std::size_t k, TypeId type) {
  return g.bound(level, static_cast<int>(k) + 1, type);
}

std::optional<std::size_t> state_number(const Graph& g, NodeId id, int level) {
  if (g.op(id) != Op::Bound || g[id].level != level || g.slot(id) == 0) return {};
  return static_cast<std::size_t>(g.slot(id)) - 1;
}

bool is_state(const Graph& g, NodeId id, int level, std::size_t k) {
  return state_number(g, id, level) == k;
}

bool mentions_state(const Graph& g, NodeId id, int level, std::size_t k) {
  const std::vector<NodeId> nodes = reachable_at(g, std::span(&id, 1), level);
  return std::ranges::any_of(nodes, [&](NodeId n) { return is_state(g, n, level, k); });
}

int scope_of(const Graph& g, NodeId id) {
  return static_cast<int>(std::bit_width(g.free(id) >> 1));
}

bool divides_by_unknown(const Graph& g, NodeId id) {
  const bool divides = g.op(id) == Op::Quotient || g.op(id) == Op::Remainder;
  return divides && !g.is_constant(g.operand(id, 1));
}

std::vector<NodeId> computed_in(const Graph& g, std::span<const NodeId> roots, int level) {
  std::vector<NodeId> found;
  std::vector<NodeId> stack(roots.begin(), roots.end());
  std::unordered_set<NodeId> seen;
  while (!stack.empty()) {
    const NodeId id = stack.back();
    stack.pop_back();
    if (g.free(id) >> level == 0 || !seen.insert(id).second) continue;
    found.push_back(id);
    for (NodeId o : g.operands(id)) stack.push_back(o);
  }
  std::ranges::sort(found);
  return found;
}

std::unordered_map<NodeId, std::vector<NodeId>> bodies_with(const Graph& g,
                                                            std::span<const NodeId> live) {
  std::unordered_map<NodeId, std::vector<NodeId>> found;
  for (NodeId id : live) {
    if (!is_binder(g.op(id))) continue;
    const int level = g[id].level;
    const NodeId loop = g.op(id) == Op::Trace ? g.operand(id, 0) : id;
    const auto bodies = g.operands(id).subspan(g.outside_operands(id));
    for (NodeId inner : reachable_at(g, bodies, level)) {
      if (scope_of(g, inner) == level) found[inner].push_back(loop);
    }
  }
  for (auto& [node, loops] : found) {
    std::ranges::sort(loops);
    loops.erase(std::ranges::unique(loops).begin(), loops.end());
  }
  return found;
}

namespace {

/// What nodes need on every path, of those that `counts` says yes to.
template <typename Counts>
std::unordered_set<NodeId> needed_where(const Graph& g, std::span<const NodeId> ends,
                                        const Counts& counts, NodeId holds = kNoNode) {
  std::unordered_set<NodeId> needed;
  std::vector<NodeId> stack;
  const auto visit = [&](NodeId id) {
    if (counts(id) && needed.insert(id).second) stack.push_back(id);
  };
  for (NodeId id : ends) visit(id);
  while (!stack.empty()) {
    const NodeId id = stack.back();
    stack.pop_back();
    const bool loop = is_binder(g.op(id)) && !is_assignment(g, id);
    const std::size_t certain = loop                 ? g.outside_operands(id)
                                : g.op(id) == Op::If ? (g.operand(id, 0) == holds ? 2 : 1)
                                                     : g.operands(id).size();
    for (NodeId o : g.operands(id).first(certain)) visit(o);
  }
  return needed;
}

}  // namespace

std::unordered_set<NodeId> needed_by(const Graph& g, std::span<const NodeId> ends, int level) {
  return needed_where(g, ends, [&](NodeId id) { return scope_of(g, id) == level; });
}

std::unordered_set<NodeId> needed_by_each_trip(const Graph& g, NodeId loop, NodeId holds) {
  const auto bodies = g.operands(loop).subspan(g.outside_operands(loop));
  return needed_where(g, bodies, [](NodeId) { return true; }, holds);
}

std::unordered_set<NodeId> needed_in_own_scope(const Graph& g, std::span<const NodeId> live,
                                               std::span<const NodeId> roots) {
  // What a Trace holds is computed in its loop.
  std::map<NodeId, std::vector<NodeId>> ends;
  for (NodeId id : live) {
    if (!is_binder(g.op(id)) || is_assignment(g, id)) continue;
    std::vector<NodeId>& own = ends[g.op(id) == Op::Trace ? g.operand(id, 0) : id];
    const auto values = g.operands(id).subspan(g.outside_operands(id));
    own.insert(own.end(), values.begin(), values.end());
  }
  std::unordered_set<NodeId> needed = needed_by(g, roots, 0);
  std::unordered_map<NodeId, std::size_t> trips;  // in how many bodies every trip needs the node
  for (const auto& [loop, values] : ends) {
    for (NodeId id : needed_by(g, values, g[loop].level)) ++trips[id];
  }
  for (const auto& [id, own] : bodies_with(g, live)) {
    const auto count = trips.find(id);
    if (count != trips.end() && count->second == own.size()) needed.insert(id);
  }
  return needed;
}

void carry_names(Function& f, NodeId old_root, NodeId fresh_root) {
  const Graph& g = f.graph;
  std::unordered_set<NodeId> seen;
  std::vector<std::pair<NodeId, NodeId>> stack{{old_root, fresh_root}};
  while (!stack.empty()) {
    const auto [old, fresh] = stack.back();
    stack.pop_back();
    if (old == fresh || !seen.insert(old).second || g.op(old) != g.op(fresh)) continue;
    f.provenance.carry(old, fresh);
    const auto a = g.operands(old);
    const auto b = g.operands(fresh);
    for (std::size_t k = 0; k < a.size() && k < b.size(); ++k) stack.emplace_back(a[k], b[k]);
  }
}

NodeId relevel_named(Function& f, NodeId body, int from, int to) {
  if (from == to) return body;
  const NodeId result = relevel(f.graph, body, from, to);
  carry_names(f, body, result);
  return result;
}

}  // namespace gradsmith
