#include "emit/empty_sides.hpp"

#include <utility>
#include <variant>

namespace gradsmith {
namespace {

/// The condition that holds where the other does not. A comparison of floating numbers has none
/// but for equality: with a NaN both `<` and `>=` are false.
Expression opposite(Expression condition) {
  constexpr std::pair<Op, Op> opposites[] = {{Op::Eq, Op::Ne}, {Op::Lt, Op::Ge}, {Op::Le, Op::Gt}};
  if (condition.is_apply(Op::Not)) return std::move(condition.operands[0]);
  for (const auto& [one, other] : opposites) {
    const bool exact = one == Op::Eq || (condition.kind == Expression::Kind::Apply &&
                                         !is_floating(condition.operands[0].element));
    if (exact && condition.is_apply(one)) {
      condition.op = other;
      return condition;
    }
    if (exact && condition.is_apply(other)) {
      condition.op = one;
      return condition;
    }
  }
  return apply(Op::Not, {std::move(condition)});
}

}  // namespace

/// Recursion follows the nesting of branches and loops.
void drop_empty_sides(Block& block) {
  std::erase_if(block.statements, [](Statement& s) {
    if (auto* loop = std::get_if<Loop>(&s.is)) {
      drop_empty_sides(loop->body);
      return false;
    }
    auto* branch = std::get_if<Branch>(&s.is);
    if (!branch) return false;
    drop_empty_sides(branch->when_true);
    drop_empty_sides(branch->when_false);
    if (!branch->when_true.statements.empty()) return false;
    branch->condition = opposite(std::move(branch->condition));
    std::swap(branch->when_true, branch->when_false);
    return branch->when_true.statements.empty();
  });
}

}  // namespace gradsmith
