#include "passes/read_where.hpp"

#include <algorithm>

#include "ir/arrays.hpp"

namespace gradsmith {

ReadWhere::ReadWhere(Graph& g, std::span<const NodeId> live, std::span<const NodeId> roots)
    : g_(g), bodies_(bodies_with(g, live)), roots_(roots.begin(), roots.end()) {
  for (NodeId id : live) {
    for (NodeId o : g_.operands(id)) {
      std::vector<NodeId>& readers = readers_[o];
      if (readers.empty() || readers.back() != id) readers.push_back(id);
    }
  }
}

NodeId ReadWhere::of(NodeId value) {
  return asked_by_readers(value, scope_of(g_, value)).value_or(kAlways);
}

/// Where loops ask for what the scope computes from a node. Recursion follows expressions of a
/// scope that loops inside it read.
ReadWhere::Condition ReadWhere::asked_by_readers(NodeId node, int scope) {
  if (roots_.contains(node)) return kAlways;
  if (const auto known = asked_.find(node); known != asked_.end()) return known->second;
  Condition asked;
  for (NodeId reader : readers_[node]) {
    const Condition next = asked_by(reader, scope);
    if (next && asked && *next != kAlways && *next != *asked) {
      asked = g_.apply(Op::Or, {*asked, *next});
    } else if (next) {
      asked = next;
    }
    if (asked == kAlways) break;
  }
  return asked_[node] = asked;
}

ReadWhere::Condition ReadWhere::asked_by(NodeId reader, int scope) {
  const int where = scope_of(g_, reader);
  if (where > scope) return asked_in_bodies(reader, scope);
  const Op op = g_.op(reader);
  const bool value = is_operator(op) || op == Op::At || op == Op::If;
  if (where < scope || !value || !g_.is_scalar(reader)) return kAlways;
  return asked_by_readers(reader, scope);
}

/// Where one of the loops runs whose bodies compute a node.
NodeId ReadWhere::asked_in_bodies(NodeId node, int scope) {
  NodeId asked = kNoNode;
  for (NodeId loop : bodies_.at(node)) {
    const NodeId runs = asked_in(loop, scope);
    if (runs == kAlways) return kAlways;
    asked = asked == kNoNode || asked == runs ? runs : g_.apply(Op::Or, {asked, runs});
  }
  return asked;
}

/// Where a loop runs, and those around it, as far as the scope can tell.
NodeId ReadWhere::asked_in(NodeId loop, int scope) {
  const Range range = g_.range_of(loop);
  const bool up = g_.index_value(range.step) > 0;
  const NodeId end = up ? range.end : range.begin;
  const NodeId begin = up ? range.begin : range.end;
  const bool known = scope_of(g_, end) <= scope && scope_of(g_, begin) <= scope;
  const NodeId here = known ? g_.apply(Op::Gt, {end, begin}) : kAlways;
  const NodeId around = scope_of(g_, loop) > scope ? asked_in_bodies(loop, scope) : kAlways;
  if (here == kAlways) return around;
  if (around == kAlways || around == here) return here;
  return g_.apply(Op::And, {around, here});
}

}  // namespace gradsmith
