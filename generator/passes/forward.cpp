// Forward accumulation: tangents from operands to results, by the tangent column of ops.def.

#include <algorithm>

#include "ir/derivative_rules.hpp"
#include "passes/differentiate.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

/// Tangents of scalar nodes; kNoNode: structurally zero.
class Tangents {
 public:
  Tangents(Graph& graph, bool textbook) : g_(graph), textbook_(textbook), of_(graph.size(), kNoNode) {}

  void set(NodeId node, NodeId tangent) { of_[node] = tangent; }
  NodeId operator[](NodeId node) const { return of_[node]; }
  NodeId or_zero(NodeId node) {
    return of_[node] == kNoNode ? g_.zeros(g_[node].type) : of_[node];
  }

  /// Finds the tangent of a node from those of its operands.
  void derive(NodeId id) {
    if (is_floating(g_.element(id))) of_[id] = rule(id);
  }

 private:
  NodeId rule(NodeId id) {
    const Op op = g_.op(id);
    const auto view = g_.operands(id);
    const std::vector<NodeId> o(view.begin(), view.end());
    const bool still = std::all_of(o.begin(), o.end(), [&](NodeId x) { return of_[x] == kNoNode; });
    if (still && !textbook_) return kNoNode;
    switch (op) {
      case Op::Constant:
      case Op::Input:
        return kNoNode;
      case Op::Convert:
        return still ? kNoNode : g_.convert(g_.element(id), of_[o[0]]);
      case Op::If:
        return g_.choose(o[0], or_zero(o[1]), or_zero(o[2]));
      case Op::At:  // of an input, element by element; other arrays are gone by now
        GRADSMITH_CHECK(still, "the tangent of a whole array");
        return kNoNode;
      case Op::Pack: {
        std::vector<NodeId> tangents;
        for (NodeId e : o) tangents.push_back(or_zero(e));
        return g_.pack(g_[id].type, tangents);
      }
      default:
        break;
    }
    GRADSMITH_CHECK(is_operator(op), "forward accumulation meets a {}", op_name(op));
    const auto expr = [&](std::size_t i) { return Expr{&g_, o[i < o.size() ? i : 0]}; };
    const auto dot = [&](std::size_t i) {
      const NodeId x = o[i < o.size() ? i : 0];
      return Expr{&g_, is_floating(g_.element(x)) ? or_zero(x) : x};
    };
    return tangent(op, expr(0), expr(1), expr(2), {&g_, id}, dot(0), dot(1), dot(2)).id;
  }

  Graph& g_;
  bool textbook_;  // also differentiates what does not vary
  std::vector<NodeId> of_;
};

}  // namespace

std::vector<NodeId> forward(Graph& graph, Provenance* provenance, std::span<const NodeId> roots,
                            std::span<const Seed> wrt) {
  const std::vector<NodeId> nodes = reachable(graph, roots);
  Tangents tangents(graph, false);
  std::vector<bool> given(graph.size(), false);
  for (const Seed& s : wrt) {
    if (s.node >= given.size()) continue;
    tangents.set(s.node, s.adjoint);
    given[s.node] = true;
  }
  for (NodeId id : nodes) {
    if (given[id]) continue;
    tangents.derive(id);
    const NodeId d = tangents[id];
    if (!provenance || d == kNoNode || graph.is_constant(d)) continue;
    const Origin* origin = provenance->named(id);
    if (origin && origin->meaning.empty()) {
      provenance->add(d, {"dot_" + origin->name, "change of " + origin->name, {}});
    }
  }
  std::vector<NodeId> result;
  for (NodeId root : roots) result.push_back(tangents.or_zero(root));
  return result;
}

NodeId textbook_derivative(Graph& graph, NodeId root, NodeId wrt) {
  const std::vector<NodeId> nodes = reachable(graph, std::span(&root, 1));
  Tangents tangents(graph, true);
  for (NodeId id : nodes) {
    if (id == wrt) {
      tangents.set(id, graph.number(graph.element(id), 1));
    } else {
      tangents.derive(id);
    }
  }
  return tangents.or_zero(root);
}

}  // namespace gradsmith
