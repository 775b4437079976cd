// Forward accumulation: tangents from operands to results, by the tangent column of ops.def.

#include <algorithm>

#include "passes/differentiate.hpp"
#include "passes/tangent_rules.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

/// Tangents of the nodes of a graph without loops; kNoNode: structurally zero.
class Tangents {
 public:
  Tangents(Graph& graph, StableForms* stable)
      : g_(graph),
        of_(graph.size(), kNoNode),
        rules_(graph, stable, [this](NodeId id) { return of_[id]; }) {}

  void set(NodeId node, NodeId tangent) { of_[node] = tangent; }
  NodeId operator[](NodeId node) const { return of_[node]; }
  NodeId or_zero(NodeId node) { return rules_.or_zero(node); }

  /// Finds the tangent of a node from those of its operands.
  void derive(NodeId id) {
    if (is_floating(g_.element(id))) of_[id] = rule(id);
  }

 private:
  NodeId rule(NodeId id) {
    switch (g_.op(id)) {
      case Op::Constant:
      case Op::Input:
        return kNoNode;
      case Op::At:  // of an input, element by element; other arrays are gone by now
        GRADSMITH_CHECK(of_[g_.operand(id, 0)] == kNoNode, "the tangent of a whole array");
        return kNoNode;
      case Op::Pack: {
        const auto view = g_.operands(id);
        const std::vector<NodeId> elements(view.begin(), view.end());
        if (std::ranges::all_of(elements, [&](NodeId e) { return of_[e] == kNoNode; })) {
          return kNoNode;
        }
        std::vector<NodeId> tangents;
        for (NodeId e : elements) tangents.push_back(or_zero(e));
        return g_.pack(g_[id].type, tangents);
      }
      default:
        return rules_.tangent_of(id);
    }
  }

  Graph& g_;
  std::vector<NodeId> of_;
  TangentRules rules_;
};

}  // namespace

std::vector<NodeId> forward(Graph& graph, Provenance* provenance, std::span<const NodeId> roots,
                            std::span<const Seed> wrt) {
  const std::vector<NodeId> nodes = reachable(graph, roots);
  std::vector<bool> given(graph.size(), false);
  StableForms stable(graph, roots, [&](NodeId id) { return id < given.size() && given[id]; });
  Tangents tangents(graph, &stable);
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
  Tangents tangents(graph, nullptr);
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
