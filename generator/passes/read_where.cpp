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
                     std::span<const NodeId> roots, Others others)
    : g_(g),
      regions_(regions),
      bodies_(bodies_with(g, live)),
      roots_(roots.begin(), roots.end()),
      others_(others) {
  for (NodeId id : live) {
    for (NodeId o : g_.operands(id)) {
      std::vector<NodeId>& readers = readers_[o];
      if (readers.empty() || readers.back() != id) readers.push_back(id);
    }
  }
}

NodeId ReadWhere::of(NodeId value) { return known(asked_by_readers(value, scope_of(g_, value))); }

NodeId ReadWhere::of_loop(NodeId loop, int scope) {
  if (scope_of(g_, loop) <= scope) return known(asked_by_readers(loop, scope));
  return known(asked_in_bodies(loop, scope_that_knows(loop, scope)));
}

/// The outermost scope, from that one inwards, that knows the ranges of all loops inside it around
/// a node.
int ReadWhere::scope_that_knows(NodeId inner, int scope) {
  for (NodeId loop : bodies_.at(inner)) {
    scope = std::max(scope, scope_of(g_, makes_a_trip(g_, g_.range_of(loop))));
    if (scope_of(g_, loop) > scope) scope = scope_that_knows(loop, scope);
  }
  return scope;
}

NodeId ReadWhere::known(const Conditions& asked) {
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
  const auto key = std::pair(node, scope);
  if (const auto known = asked_.find(key); known != asked_.end()) return known->second;
  Conditions asked = std::vector<NodeId>();
  for (NodeId reader : readers_[node]) {
    if (asked) add(asked, asked_by(reader, scope));
  }
  return asked_[key] = asked;
}

ReadWhere::Conditions ReadWhere::asked_by(NodeId reader, int scope) {
  const int where = scope_of(g_, reader);
  if (where > scope) return asked_in_bodies(reader, scope);
  const Op op = g_.op(reader);
  if (where < scope) return {};
  const bool value = (is_operator(op) || op == Op::At || op == Op::If) && g_.is_scalar(reader);
  const bool follows = value || op == Op::Fold || op == Op::Final;
  return follows ? asked_by_readers(reader, scope) : asked_on_side(reader);
}

/// Where a statement of the scope's own asks for what it needs.
ReadWhere::Conditions ReadWhere::asked_on_side(NodeId reader) {
  const std::vector<Regions::Side> sides = regions_.around(reader);
  if (sides.empty() || others_ == Others::None) return {};
  return std::vector<NodeId>{holding_on(g_, sides.back())};
}

/// Where one of the loops runs whose bodies compute a node.
ReadWhere::Conditions ReadWhere::asked_in_bodies(NodeId node, int scope) {
  Conditions asked = std::vector<NodeId>();
  for (NodeId loop : bodies_.at(node)) {
    if (asked) add(asked, asked_in(loop, scope));
  }
  return asked;
}

/// Where a loop runs, and those around it or others that it runs for, as far as the scope can tell.
ReadWhere::Conditions ReadWhere::asked_in(NodeId loop, int scope) {
  const NodeId runs = makes_a_trip(g_, g_.range_of(loop));
  const bool known = scope_of(g_, runs) <= scope;
  const Conditions around =
      scope_of(g_, loop) > scope ? asked_in_bodies(loop, scope) : asked_by_readers(loop, scope);
  if (!known) return around;
  const NodeId outer = around && !around->empty() ? any_of(*around) : kNoNode;
  if (outer == kNoNode || outer == runs) return std::vector<NodeId>{runs};
  return std::vector<NodeId>{g_.apply(Op::And, {outer, runs})};
}

}  // namespace gradsmith
