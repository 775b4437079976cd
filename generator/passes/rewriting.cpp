#include "passes/rewriting.hpp"

#include "support/check.hpp"

namespace gradsmith {

Rewriting::Rewriting(const Graph& graph, std::span<const NodeId> roots) : g_(graph) {
  grow();
  for (NodeId id : roots) acquire(id, 1);
}

void Rewriting::grow() {
  if (uses_.size() == g_.size()) return;
  uses_.resize(g_.size(), 0);
  while (forward_.size() < g_.size()) forward_.push_back(static_cast<NodeId>(forward_.size()));
}

NodeId Rewriting::now(NodeId id) {
  if (id >= forward_.size()) grow();
  while (forward_[id] != id) {
    forward_[id] = forward_[forward_[id]];
    id = forward_[id];
  }
  return id;
}

void Rewriting::acquire(NodeId root, std::uint32_t count) {
  const bool first = uses_[root] == 0;
  uses_[root] += count;
  if (!first || count == 0) return;
  stack_.assign(1, root);
  while (!stack_.empty()) {
    const NodeId id = stack_.back();
    stack_.pop_back();
    for (NodeId operand : g_.operands(id)) {
      const NodeId o = now(operand);
      if (uses_[o]++ == 0) stack_.push_back(o);
    }
  }
}

void Rewriting::release_operands(NodeId root) {
  stack_.assign(1, root);
  while (!stack_.empty()) {
    const NodeId id = stack_.back();
    stack_.pop_back();
    for (NodeId operand : g_.operands(id)) {
      const NodeId o = now(operand);
      GRADSMITH_CHECK(uses_[o] > 0, "{} has no users left", op_name(g_.op(o)));
      if (--uses_[o] == 0) stack_.push_back(o);
    }
  }
}

void Rewriting::replace(NodeId from, NodeId to) {
  grow();
  to = now(to);
  GRADSMITH_CHECK(forward_[from] == from, "{} is replaced twice", op_name(g_.op(from)));
  GRADSMITH_CHECK(to != from, "a {} comes back to itself", op_name(g_.op(from)));
  const std::uint32_t count = uses_[from];
  acquire(to, count);
  uses_[from] = 0;
  if (count > 0) release_operands(from);
  // Last: until here the operands' users were counted with `from` as it stood.
  forward_[from] = to;
}

}  // namespace gradsmith
