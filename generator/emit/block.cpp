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

namespace {

void add_declared(const Block& block, std::set<std::string>& names) {
  for (const Statement& s : block.statements) {
    if (const auto* define = std::get_if<Define>(&s.is)) names.insert(define->name);
    if (const auto* declare = std::get_if<Declare>(&s.is)) names.insert(declare->name);
    if (const auto* array = std::get_if<DeclareArray>(&s.is)) names.insert(array->name);
    if (const auto* slice = std::get_if<Slice>(&s.is)) names.insert(slice->name);
    if (const auto* clear = std::get_if<Clear>(&s.is)) names.insert(clear->index);
    if (const auto* loop = std::get_if<Loop>(&s.is)) {
      names.insert(loop->index);
      add_declared(loop->body, names);
    }
    if (const auto* branch = std::get_if<Branch>(&s.is)) {
      add_declared(branch->when_true, names);
      add_declared(branch->when_false, names);
    }
  }
}

}  // namespace

std::set<std::string> names_in(const Block& block) {
  std::set<std::string> names = mentioned_roots(block);
  add_declared(block, names);
  return names;
}

bool calls(const Block& block, Op op) {
  bool found = false;
  for_each_expression(block, [&](const Expression& e) { found = found || calls(e, op); });
  return found;
}

}  // namespace gradsmith
