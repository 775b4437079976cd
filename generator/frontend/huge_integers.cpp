// Unsigned parameters of 64 bits: generated code computes integers in `long long`, which does not
// hold all of them.

#include <fmt/format.h>

#include <set>
#include <unordered_map>

#include "frontend/lowering.hpp"

namespace gradsmith::frontend {
namespace {

/// For each node, whether all that becomes of it is a subscript or the range of a loop, through
/// nothing but + - and *: these are right modulo 2^64, and a subscript is small.
/// `direct` inputs may also be converted to floating numbers, and compared with constants that are
/// not negative and with each other.
std::vector<bool> only_subscripts(const Graph& g, const std::vector<NodeId>& ascending,
                                  const std::vector<NodeId>& roots,
                                  const std::set<NodeId>& direct) {
  std::vector<bool> only(g.size(), true);
  for (NodeId root : roots) only[root] = false;
  for (auto user = ascending.rbegin(); user != ascending.rend(); ++user) {
    const auto operands = g.operands(*user);
    const Op op = g.op(*user);
    const bool ring = op == Op::Add || op == Op::Sub || op == Op::Mul;
    const bool compares = is_operator(op) && op_row(op).signature == Signature::Compare;
    const auto comparable = [&](NodeId o) {
      const bool constant = g.is_constant(o) && !is_floating(g.element(o));
      return direct.contains(o) || (constant && g.index_value(o) >= 0);
    };
    const bool keeps_types = (op == Op::Convert && is_floating(g.element(*user))) ||
                             (compares && comparable(operands[0]) && comparable(operands[1]));
    for (std::size_t k = 0; k < operands.size(); ++k) {
      const bool subscript = (op == Op::At && k > 0) || (op == Op::Write && k != 3 && k != 4) ||
                             (op == Op::Fold && k < 3);
      // What becomes of an array's elements is asked of the elements.
      const bool array = op == Op::At && k == 0;
      const bool kept = keeps_types && direct.contains(operands[k]);
      if (!subscript && !array && !kept && !(ring && only[*user])) only[operands[k]] = false;
    }
  }
  return only;
}

}  // namespace

void Lowering::refuse_huge_integers() {
  std::unordered_map<NodeId, const Parameter*> huge;
  std::set<NodeId> direct;
  for (const Parameter& p : f_.parameters) {
    for (const Leaf& leaf : p.leaves) {
      if (!leaf.unsigned_64 || leaf.input == kNoNode) continue;
      huge[leaf.input] = &p;
      const bool by_value = leaf.steps.empty() && p.spelling.before.find('&') == std::string::npos;
      if (by_value) direct.insert(leaf.input);
    }
  }
  if (huge.empty()) return;
  std::vector<NodeId> roots = output_values(f_);
  for (const Local& local : f_.locals) {
    if (local.cut) roots.push_back(local.value);
  }
  const std::vector<NodeId> ascending = reachable(g_, roots);
  const std::vector<bool> only = only_subscripts(g_, ascending, roots, direct);
  for (NodeId id : ascending) {
    NodeId whole = id;
    while (g_.op(whole) == Op::At) whole = g_.operand(whole, 0);
    const auto found = huge.find(whole);
    if (found == huge.end() || only[id]) continue;
    const Parameter& p = *found->second;
    refuse("gs-unsigned-arithmetic",
           fmt::format("'{}' may be beyond what a long long holds, in which derivatives are "
                       "generated",
                       p.name),
           "use int or long; an unsigned number of 64 bits may be a subscript, a loop's bound, "
           "converted to double and compared with constants",
           files_.find(p.where));
  }
}

}  // namespace gradsmith::frontend
