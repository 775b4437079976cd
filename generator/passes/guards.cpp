#include "passes/guards.hpp"

#include "ir/arrays.hpp"

namespace gradsmith {
namespace {

/// An array with one element set to zero, and a single number for that element: the number put
/// there. kNoNode where it is anything else.
NodeId put_in_place(Graph& g, NodeId array, NodeId number) {
  if (g.op(number) != Op::OneHot || !is_assignment(g, array)) return kNoNode;
  const auto write = g.operands(array);
  const auto one = g.operands(number);
  const std::vector<NodeId> place(one.begin(), one.end() - 1);
  if (!g.is_constant(write[4], 0) || !std::ranges::equal(write.subspan(5), place)) return kNoNode;
  const NodeId base = write[3];
  const NodeId value = one.back();
  return value == g.at(base, place) ? base : g.set(base, place, value);
}

}  // namespace

NodeId add_values(Graph& g, NodeId a, NodeId b) {
  const Type type = g.type_of(a);
  if (type.is_scalar()) return g.apply(Op::Add, {a, b});
  if (const NodeId put = put_in_place(g, a, b); put != kNoNode) return put;
  const int level = Graph::level_above(g.free(a) | g.free(b));
  const NodeId i = g.bound(level, 0, scalar_type(Element::Index));
  return g.map(level, type.extents[0], add_values(g, g.at(a, {i}), g.at(b, {i})));
}

GuardId Guards::inside(GuardId guard, NodeId condition, bool side) {
  if (g_.is_constant(condition)) return (g_.index_value(condition) != 0) == side ? guard : kNever;
  for (GuardId at = guard; at != kUnguarded; at = tree_[at].parent) {
    if (tree_[at].condition == condition) return tree_[at].side == side ? guard : kNever;
  }
  const auto key = std::pair((std::uint64_t{guard} << 32) | condition, side);
  const auto [found, inserted] = children_.try_emplace(key, static_cast<GuardId>(tree_.size()));
  if (inserted) tree_.push_back({guard, condition, side});
  return found->second;
}

void Guards::add(GuardedSum& sum, GuardId guard, NodeId value) {
  if (guard == kNever) return;
  const auto [found, inserted] = sum.try_emplace(guard, value);
  if (!inserted) found->second = add_values(g_, found->second, value);
}

NodeId Guards::wrap(GuardId guard, GuardId outer, NodeId value) {
  for (; guard != outer; guard = tree_[guard].parent) {
    const NodeId zero = g_.zeros(g_[value].type);
    const Entry& e = tree_[guard];
    value = e.side ? g_.choose(e.condition, value, zero) : g_.choose(e.condition, zero, value);
  }
  return value;
}

void Guards::combine(GuardedSum& sum) {
  if (sum.size() < 2) return;
  // Children have larger ids than parents, so going down the ids meets merged parents later.
  for (auto it = sum.end(); it != sum.begin();) {
    --it;
    const GuardId guard = it->first;
    if (guard == kUnguarded) break;
    const Entry e = tree_[guard];
    const auto sibling = children_.find({(std::uint64_t{e.parent} << 32) | e.condition, !e.side});
    if (sibling == children_.end()) continue;
    const auto other = sum.find(sibling->second);
    if (other == sum.end()) continue;
    const NodeId yes = e.side ? it->second : other->second;
    const NodeId no = e.side ? other->second : it->second;
    const NodeId merged = g_.choose(e.condition, yes, no);
    sum.erase(other);
    sum.erase(sum.find(guard));
    add(sum, e.parent, merged);
    it = sum.lower_bound(guard);  // everything from here up has been looked at
  }
  for (auto it = sum.end(); it != sum.begin();) {
    --it;
    for (GuardId at = it->first; at != kUnguarded;) {
      at = tree_[at].parent;
      const auto outer = sum.find(at);
      if (outer == sum.end()) continue;
      outer->second = add_values(g_, outer->second, wrap(it->first, at, it->second));
      it = sum.erase(it);
      break;
    }
  }
}

NodeId Guards::total(const GuardedSum& sum) {
  NodeId result = kNoNode;
  for (const auto& [guard, value] : sum) {
    const NodeId wrapped = wrap(guard, kUnguarded, value);
    result = result == kNoNode ? wrapped : add_values(g_, result, wrapped);
  }
  return result;
}

}  // namespace gradsmith
