#pragma once

// Tangents of scalar nodes from those of their operands, by the stable forms and the tangent column
// of ir/ops.def.

#include <functional>
#include <map>
#include <utility>

#include "passes/stable_forms.hpp"

namespace gradsmith {

class TangentRules {
 public:
  /// The tangent of a node; kNoNode: structurally zero.
  using Lookup = std::function<NodeId(NodeId)>;

  /// Without `stable` it is the textbook's derivative, which also differentiates what does not
  /// vary.
  TangentRules(Graph& graph, StableForms* stable, Lookup of)
      : g_(graph), stable_(stable), of_(std::move(of)) {}

  /// Of a scalar that an operator, a conversion, or a choice gives.
  NodeId tangent_of(NodeId id);

  /// The tangent of a node; a zero of its type where it is structurally zero.
  NodeId or_zero(NodeId node) {
    const NodeId tangent = of_(node);
    return tangent == kNoNode ? g_.zeros(g_[node].type) : tangent;
  }

 private:
  NodeId total(const Differential& differential);
  NodeId of_logarithm(NodeId node, DifferentialTerm::Quantity quantity);

  Graph& g_;
  StableForms* stable_;
  Lookup of_;
  std::map<std::pair<NodeId, DifferentialTerm::Quantity>, NodeId> logarithms_;
};

}  // namespace gradsmith
