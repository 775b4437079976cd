#include "emit/block.hpp"

namespace gradsmith {
namespace {

void count(const Expression& e, OperationCounts& counts) {
  if (e.kind == Expression::Kind::Apply) {
    const OpRow& row = op_row(e.op);
    if (e.op == Op::Div || e.op == Op::Quotient || e.op == Op::Remainder) {
      ++counts.divisions;
    } else if (row.precedence == kCallPrecedence) {
      ++counts.calls;
    } else {
      ++counts.operations;
    }
  }
  for (const Expression& o : e.operands) count(o, counts);
}

bool calls(const Expression& e, Op op) {
  if (e.is_apply(op)) return true;
  for (const Expression& o : e.operands) {
    if (calls(o, op)) return true;
  }
  return false;
}

}  // namespace

OperationCounts count_operations(const Block& block) {
  OperationCounts counts;
  for_each_expression(block, [&](const Expression& e) { count(e, counts); });
  return counts;
}

std::set<std::string> mentioned_roots(const Block& block) {
  std::set<std::string> roots;
  for (const Statement& s : block.statements) {
    visit_roots(s, [&](const std::string& root) { roots.insert(root); });
  }
  return roots;
}

bool calls(const Block& block, Op op) {
  bool found = false;
  for_each_expression(block, [&](const Expression& e) { found = found || calls(e, op); });
  return found;
}

}  // namespace gradsmith
