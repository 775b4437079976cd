// Forward accumulation: tangents from operands to results, by the tangent column of ops.def.

#include <algorithm>
#include <map>

#include "ir/derivative_rules.hpp"
#include "passes/differentiate.hpp"
#include "passes/stable_forms.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

/// Tangents of scalar nodes; kNoNode: structurally zero.
class Tangents {
 public:
  /// Without `stable` it is the textbook's derivative, which also differentiates what does not
  /// vary.
  Tangents(Graph& graph, StableForms* stable)
      : g_(graph), stable_(stable), of_(graph.size(), kNoNode) {}

  void set(NodeId node, NodeId tangent) { of_[node] = tangent; }
  NodeId operator[](NodeId node) const { return of_[node]; }
  NodeId or_zero(NodeId node) { return of_[node] == kNoNode ? g_.zeros(g_[node].type) : of_[node]; }

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
    if (still && stable_) return kNoNode;
    if (stable_) {
      if (const auto differential = stable_->differential(id)) return total(*differential);
    }
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

  NodeId total(const Differential& differential) {
    NodeId sum = kNoNode;
    for (const DifferentialTerm& term : differential) {
      NodeId change = term.quantity == DifferentialTerm::Quantity::Value
                          ? of_[term.of]
                          : of_logarithm(term.of, term.quantity);
      if (change == kNoNode) continue;
      if (term.partial != kNoNode) change = g_.apply(Op::Mul, {term.partial, change});
      if (term.unless) change = g_.choose(*term.unless, g_.zeros(g_[change].type), change);
      if (term.negative) {
        sum = sum == kNoNode ? g_.apply(Op::Neg, {change}) : g_.apply(Op::Sub, {sum, change});
      } else {
        sum = sum == kNoNode ? change : g_.apply(Op::Add, {sum, change});
      }
    }
    return sum;
  }

  NodeId of_logarithm(NodeId node, DifferentialTerm::Quantity quantity) {
    const auto key = std::pair(node, quantity);
    const auto known = logarithms_.find(key);
    if (known != logarithms_.end()) return known->second;
    const NodeId found = total(stable_->of_logarithm(node, quantity));
    logarithms_.emplace(key, found);
    return found;
  }

  Graph& g_;
  StableForms* stable_;
  std::vector<NodeId> of_;
  std::map<std::pair<NodeId, DifferentialTerm::Quantity>, NodeId> logarithms_;
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
