#include "ir/ending_state.hpp"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/conditions.hpp"
#include "ir/fold_constant.hpp"
#include "ir/substitute.hpp"

namespace gradsmith {
namespace {

bool is_condition(const Graph& g, NodeId id) {
  return g.is_scalar(id) && g.element(id) == Element::Bool;
}

/// A node with other operands, some of which have become true or false.
NodeId simpler(Graph& g, NodeId id, std::span<const NodeId> o) {
  const auto is = [&](NodeId x, bool value) {
    return g.element(x) == Element::Bool && g.is_constant(x, value ? 1 : 0);
  };
  switch (g.op(id)) {
    case Op::If:
      if (is(o[0], true)) return o[1];
      if (is(o[0], false)) return o[2];
      if (is(o[1], true) && is(o[2], false)) return o[0];
      break;
    case Op::And:
      if (is(o[0], false) || is(o[1], false)) return g.number(Element::Bool, 0);
      if (is(o[0], true)) return o[1];
      if (is(o[1], true)) return o[0];
      break;
    case Op::Or:
      if (is(o[0], true) || is(o[1], true)) return g.number(Element::Bool, 1);
      if (is(o[0], false)) return o[1];
      if (is(o[1], false)) return o[0];
      break;
    default:
      break;
  }
  const NodeId made = g.with_operands(id, o);
  return fold_constant(g, made).value_or(made);
}

}  // namespace

NodeId assuming(Function& f, NodeId root, int level, NodeId condition, bool holds, Former* former) {
  Graph& g = f.graph;
  std::unordered_map<NodeId, NodeId> known;
  const NodeId roots[] = {root};
  for (NodeId id : reachable_at(g, roots, level)) {
    const auto view = g.operands(id);
    std::vector<NodeId> operands(view.begin(), view.end());
    NodeId made = renew(operands, known) ? simpler(g, id, operands) : id;
    if (is_condition(g, id)) {
      const std::optional<bool> is = decided(g, id, condition, holds);
      if (is) made = g.number(Element::Bool, *is ? 1 : 0);
    }
    if (made != id && !g.is_constant(made)) f.provenance.carry(id, made);
    if (former && made != id && g.op(made) == g.op(id)) former->try_emplace(made, id);
    known[id] = made;
  }
  const auto found = known.find(root);
  return found == known.end() ? root : found->second;
}

namespace {

/// Whether the b-th state of a loop stays true once it is, all others then being as they were.
bool ends(Function& f, int level, std::size_t b, std::span<const NodeId> inits,
          std::span<const NodeId> nexts) {
  Graph& g = f.graph;
  if (!is_condition(g, inits[b])) return false;
  const NodeId state = loop_state(g, level, b, g[inits[b]].type);
  for (std::size_t k = 0; k < nexts.size(); ++k) {
    const NodeId then = assuming(f, nexts[k], level, state, true);
    const bool stays = k == b ? g.is_constant(then, 1) : is_state(g, then, level, k);
    if (!stays) return false;
  }
  return true;
}

}  // namespace

std::vector<std::size_t> ending_states(Function& f, int level, std::span<const NodeId> inits,
                                       std::span<const NodeId> nexts) {
  std::vector<std::size_t> found;
  for (std::size_t b = 0; b < inits.size(); ++b) {
    if (ends(f, level, b, inits, nexts)) found.push_back(b);
  }
  return found;
}

std::optional<std::size_t> ending_state(Function& f, int level, std::span<const NodeId> inits,
                                        std::span<const NodeId> nexts) {
  for (std::size_t b = 0; b < inits.size(); ++b) {
    if (ends(f, level, b, inits, nexts)) return b;
  }
  return {};
}

bool may_leave_loops(const Function& f) {
  const Graph& g = f.graph;
  return std::ranges::any_of(reachable(g, output_values(f)), [&](NodeId id) {
    if (g.op(id) != Op::Fold) return false;
    return std::ranges::any_of(g.fold_parts(id).inits,
                               [&](NodeId init) { return is_condition(g, init); });
  });
}

}  // namespace gradsmith
