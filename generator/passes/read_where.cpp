#include "passes/read_where.hpp"

#include <algorithm>

#include "ir/arrays.hpp"
#include "ir/substitute.hpp"

namespace gradsmith {
namespace {

void add(std::optional<std::vector<NodeId>>& all, const std::optional<std::vector<NodeId>>& more) {
  if (!all || !more) {
    all.reset();
    return;
  }
  all->insert(all->end(), more->begin(), more->end());
  std::ranges::sort(*all);
  all->erase(std::ranges::unique(*all).begin(), all->end());
}

}  // namespace

ReadWhere::ReadWhere(Graph& g, const Regions& regions, std::span<const NodeId> live,
                     std::span<const NodeId> roots)
    : g_(g), regions_(regions), bodies_(bodies_with(g, live)), roots_(roots.begin(), roots.end()) {
  for (NodeId id : live) {
    for (NodeId o : g_.operands(id)) {
      std::vector<NodeId>& readers = readers_[o];
      if (readers.empty() || readers.back() != id) readers.push_back(id);
    }
  }
}

NodeId ReadWhere::of(NodeId value) { return condition_for(value, false); }
NodeId ReadWhere::of_any(NodeId value) { return condition_for(value, true); }

NodeId ReadWhere::condition_for(NodeId value, bool sides) {
  sides_ = sides;
  const Conditions asked = asked_by_readers(value, scope_of(g_, value));
  return asked && !asked->empty() ? any_of(*asked) : kNoNode;
}

NodeId ReadWhere::any_of(const std::vector<NodeId>& conditions) {
  NodeId any = conditions[0];
  for (NodeId c : std::span(conditions).subspan(1)) any = g_.apply(Op::Or, {any, c});
  return any;
}

/// Where loops ask for what the scope computes from a node. Recursion follows expressions of a
/// scope that loops inside it read.
ReadWhere::Conditions ReadWhere::asked_by_readers(NodeId node, int scope) {
  if (roots_.contains(node)) return {};
  if (const auto known = asked_[sides_].find(node); known != asked_[sides_].end())
    return known->second;
  Conditions asked = std::vector<NodeId>();
  for (NodeId reader : readers_[node]) {
    if (asked) add(asked, asked_by(reader, scope));
  }
  return asked_[sides_][node] = asked;
}

ReadWhere::Conditions ReadWhere::asked_by(NodeId reader, int scope) {
  const int where = scope_of(g_, reader);
  if (where > scope) return asked_in_bodies(reader, scope);
  const Op op = g_.op(reader);
  const bool value = is_operator(op) || op == Op::At || op == Op::If;
  if (where < scope) return {};
  if (!value || !g_.is_scalar(reader)) return asked_on_side(reader);
  return asked_by_readers(reader, scope);
}

/// Where a statement of the scope's own asks for what it needs.
ReadWhere::Conditions ReadWhere::asked_on_side(NodeId reader) {
  const std::vector<Regions::Side> sides = regions_.around(reader);
  if (sides.empty() || !sides_) return {};
  const Regions::Side& outermost = sides.back();
  return std::vector<NodeId>{outermost.holds ? outermost.condition
                                             : g_.apply(Op::Not, {outermost.condition})};
}

/// Where one of the loops runs whose bodies compute a node.
ReadWhere::Conditions ReadWhere::asked_in_bodies(NodeId node, int scope) {
  Conditions asked = std::vector<NodeId>();
  for (NodeId loop : bodies_.at(node)) {
    if (asked) add(asked, asked_in(loop, scope));
  }
  return asked;
}

/// Where a loop runs, and those around it, as far as the scope can tell.
ReadWhere::Conditions ReadWhere::asked_in(NodeId loop, int scope) {
  const NodeId runs = makes_a_trip(g_, g_.range_of(loop));
  const bool known = scope_of(g_, runs) <= scope;
  const Conditions around =
      scope_of(g_, loop) > scope ? asked_in_bodies(loop, scope) : Conditions();
  if (!known) return around;
  const NodeId outer = around && !around->empty() ? any_of(*around) : kNoNode;
  if (outer == kNoNode || outer == runs) return std::vector<NodeId>{runs};
  return std::vector<NodeId>{g_.apply(Op::And, {outer, runs})};
}

}  // namespace gradsmith
