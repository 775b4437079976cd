// Operators: arithmetic, comparison, logic, assignment, and operands without a fixed order.

#include <fmt/format.h>

#include "frontend/lowering.hpp"
#include "support/check.hpp"

namespace gradsmith::frontend {
namespace {

using clang::BinaryOperatorKind;
using clang::Expr;

std::optional<Op> operator_of(BinaryOperatorKind kind) {
  switch (kind) {
    case clang::BO_Add:
      return Op::Add;
    case clang::BO_Sub:
      return Op::Sub;
    case clang::BO_Mul:
      return Op::Mul;
    case clang::BO_Div:
      return Op::Div;
    case clang::BO_LT:
      return Op::Lt;
    case clang::BO_LE:
      return Op::Le;
    case clang::BO_GT:
      return Op::Gt;
    case clang::BO_GE:
      return Op::Ge;
    case clang::BO_EQ:
      return Op::Eq;
    case clang::BO_NE:
      return Op::Ne;
    default:
      return std::nullopt;
  }
}

/// Whether a call may change what its caller can see.
bool call_may_write(const clang::CallExpr* call, const clang::ASTContext& context) {
  const clang::FunctionDecl* callee = call->getDirectCallee();
  if (!callee) return true;
  if (const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(callee)) {
    // What gradsmith knows of spans and vectors gives places and sizes, and writes nothing.
    if (sequence_of(method->getParent()) != Sequence::None) return false;
    if (!method->isStatic() && !method->isConst()) return true;
    // A closure or functor may hold references to what it changes.
    const auto fields = method->getParent()->fields();
    for (const clang::FieldDecl* field : fields) {
      if (field->getType()->isReferenceType() || field->getType()->isPointerType()) return true;
    }
  }
  for (const clang::ParmVarDecl* p : callee->parameters()) {
    const clang::QualType type = p->getType();
    if (type->isReferenceType() && is_writable(type, context)) return true;
    if (type->isPointerType() && is_writable(type->getPointeeType(), context)) return true;
  }
  return false;
}

}  // namespace

bool Lowering::may_write(const clang::Stmt* s) {
  // Only operators and calls are asked about more than once: what lies between them is short.
  const bool kept = llvm::isa<clang::BinaryOperator, clang::CallExpr>(s);
  if (kept) {
    if (const auto found = may_write_.find(s); found != may_write_.end()) return found->second;
  }
  bool writes = false;
  if (const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(s)) {
    writes = binary->isAssignmentOp();
  } else if (const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(s)) {
    writes = unary->isIncrementDecrementOp();
  } else if (const auto* call = llvm::dyn_cast<clang::CallExpr>(s)) {
    writes = call_may_write(call, context_);
  }
  if (!llvm::isa<clang::LambdaExpr>(s)) {
    for (const clang::Stmt* child : s->children()) {
      if (!writes && child) writes = may_write(child);
    }
  }
  if (kept) may_write_[s] = writes;
  return writes;
}

void Lowering::in_any_order(const std::vector<const Expr*>& operands,
                            const std::function<void(std::size_t)>& lower_one,
                            clang::SourceLocation where) {
  bool writes = false;
  for (const Expr* e : operands) writes = writes || may_write(e);
  Accesses before;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (!writes) {
      lower_one(i);
      continue;
    }
    env_.begin_tracking();
    lower_one(i);
    const Accesses now = env_.end_tracking();
    if (now.conflicts_with(before)) {
      refuse("gs-unsequenced",
             "one of these operands changes what another one uses, and C++ does not say which "
             "comes first",
             "make the change in a statement of its own", where);
    }
    before.merge(now);
  }
}

NodeId Lowering::unary(const clang::UnaryOperator* e) {
  const clang::SourceLocation where = e->getExprLoc();
  const Expr* operand = e->getSubExpr();
  switch (e->getOpcode()) {
    case clang::UO_Plus:
      return number(operand);
    case clang::UO_Minus: {
      const NodeId x = number(operand);
      if (!is_floating(g_.element(x))) return negate_integer(x, e->getType(), where);
      // The author's `-1.5` is a constant.
      if (llvm::isa<clang::FloatingLiteral>(strip(operand))) {
        return g_.constant(-g_.constant_value(x), g_.element(x));
      }
      return g_.apply(Op::Neg, {x});
    }
    case clang::UO_LNot:
      return negation(condition(operand));
    case clang::UO_Not: {
      const NodeId x = number(operand);
      const bool is_signed = e->getType()->isSignedIntegerOrEnumerationType();
      if (is_signed) return simple(g_.apply(Op::Sub, {g_.index(-1), x}));
      refuse("gs-bitwise", "this operator on bits is not handled", "use arithmetic", where);
    }
    case clang::UO_PostInc:
    case clang::UO_PostDec: {
      NodeId before = kNoNode;
      increment(e, &before);
      return before;
    }
    default:
      refuse_node(e);
  }
}

NodeId Lowering::binary(const clang::BinaryOperator* e) {
  // A sum of very many terms leans to the left; walking it in a loop keeps the stack flat.
  std::vector<const clang::BinaryOperator*> spine;
  const Expr* left = e;
  const auto plain = [&](const Expr* x) -> const clang::BinaryOperator* {
    const auto* b = llvm::dyn_cast<clang::BinaryOperator>(x);
    if (!b || b->isGLValue() || may_write(b)) return nullptr;
    if (b->getLHS()->getType()->isPointerType() || b->getRHS()->getType()->isPointerType()) {
      return nullptr;
    }
    return b->isAdditiveOp() || b->isMultiplicativeOp() ? b : nullptr;
  };
  while (const auto* b = plain(left)) {
    spine.push_back(b);
    left = strip(b->getLHS());
  }
  if (!spine.empty()) {
    NodeId x = number(left);
    for (std::size_t i = spine.size(); i-- > 0;) {
      const clang::SourceLocation where = spine[i]->getOperatorLoc();
      x = note(arithmetic(spine[i]->getOpcode(), x, number(spine[i]->getRHS()), spine[i]->getType(),
                          where),
               where);
    }
    return x;
  }

  const clang::SourceLocation where = e->getOperatorLoc();
  if (e->isLogicalOp()) return logical(e);
  if (e->getOpcode() == clang::BO_Comma) {
    discard(e->getLHS());
    return number(e->getRHS());
  }
  if (e->isPtrMemOp() || e->isAssignmentOp()) refuse_node(e);
  const bool from_pointer = e->getLHS()->getType()->isPointerType();
  const bool by_pointer = e->getRHS()->getType()->isPointerType();
  if (from_pointer && by_pointer && e->getOpcode() == clang::BO_Sub) {
    return distance(pointee(e->getRHS()), pointee(e->getLHS()), where);
  }
  if (from_pointer || by_pointer) {
    refuse("gs-pointer-comparison", "pointers are not compared", "use indices", where);
  }
  const Expr* operands[] = {e->getLHS(), e->getRHS()};
  NodeId x[2] = {kNoNode, kNoNode};
  in_any_order(
      {operands[0], operands[1]}, [&](std::size_t i) { x[i] = number(operands[i]); }, where);
  return arithmetic(e->getOpcode(), x[0], x[1],
                    e->isComparisonOp() ? e->getLHS()->getType() : e->getType(), where);
}

NodeId Lowering::logical(const clang::BinaryOperator* e) {
  const bool both = e->getOpcode() == clang::BO_LAnd;
  const NodeId a = condition(e->getLHS());
  if (g_.is_constant(a)) {
    return (g_.index_value(a) != 0) == both ? condition(e->getRHS()) : a;
  }
  env_.begin_branch();
  const NodeId b = condition(e->getRHS());
  const Changes changed = env_.end_branch();
  if (!changed.slots.empty()) {
    join(a, both ? changed : Changes{}, both ? Changes{} : changed, e->getOperatorLoc());
  }
  return both ? conjunction(a, b) : disjunction(a, b);
}

NodeId Lowering::arithmetic(BinaryOperatorKind kind, NodeId a, NodeId b, clang::QualType type,
                            clang::SourceLocation where) {
  GRADSMITH_CHECK(g_.element(a) == g_.element(b) || clang::BinaryOperator::isShiftOp(kind),
                  "operands of '{}' have different types",
                  clang::BinaryOperator::getOpcodeStr(kind).str());
  const auto op = operator_of(kind);
  const bool compares = op && op_row(*op).signature == Signature::Compare;
  if (!is_floating(g_.element(a)) && !compares) return integer(kind, a, b, type, where);
  if (!op) refuse("gs-unsupported-construct", "this operator is not handled", "", where);
  if (g_.element(a) == Element::Index) {
    if (const auto known = compare(*op, range_of(a), range_of(b))) return g_.boolean(*known);
  }
  return simple(g_.apply(*op, {a, b}));
}

void Lowering::store(const Place& place, NodeId node, clang::SourceLocation where) {
  const Value stored = cut_if_asked(place, {place.layout, {number_cell(node)}}, where);
  write(place, stored, where);
  assigned(place, where);
}

void Lowering::operands_of_assignment(const clang::BinaryOperator* e,
                                      const std::function<void()>& lower_right,
                                      const std::function<Place()>& lower_left) {
  const clang::SourceLocation where = e->getOperatorLoc();
  const bool ordered = context_.getLangOpts().CPlusPlus17;
  if (!may_write(e->getLHS()) && (ordered || !may_write(e->getRHS()))) {
    lower_right();
    lower_left();
    return;
  }
  env_.begin_tracking();
  lower_right();
  const Accesses by_right = env_.end_tracking();
  env_.begin_tracking();
  const Place target = lower_left();
  // Before C++17 the stored variable itself takes part: `i = i++`.
  if (!ordered) read(target, where);
  const Accesses by_left = env_.end_tracking();
  if (!ordered && by_left.conflicts_with(by_right)) {
    refuse("gs-unsequenced",
           "one side of this assignment changes what the other one uses, and C++ before C++17 does "
           "not say which comes first",
           "make the change in a statement of its own", where);
  }
  if (e->isCompoundAssignmentOp() && by_left.conflicts_with(by_right) && may_write(e->getLHS())) {
    refuse("gs-unsequenced",
           "the left side of this assignment changes what the right side uses: C++17 has the right "
           "side first, but compilers disagree",
           "make the change in a statement of its own", where);
  }
}

Place Lowering::assign(const clang::BinaryOperator* e) {
  const clang::SourceLocation where = e->getOperatorLoc();
  if (e->getLHS()->getType()->isPointerType()) {
    Place target;
    Place pointed = {};
    if (e->getOpcode() == clang::BO_Assign) {
      pointed = pointee(e->getRHS());
      target = place(e->getLHS());
    } else {
      NodeId by = number(e->getRHS());
      target = place(e->getLHS());
      if (e->getOpcode() == clang::BO_SubAssign) by = simple(g_.apply(Op::Neg, {by}));
      pointed = advance(follow(target, where), by, where);
    }
    write(target, {target.layout, {address_cell(std::move(pointed))}}, where);
    return target;
  }
  Place target;
  NodeId right = kNoNode;
  // C++17 has the right side first.
  operands_of_assignment(
      e, [&] { right = number(e->getRHS()); }, [&] { return target = place(e->getLHS()); });
  if (target.layout->kind != Layout::Kind::Number) refuse_node(e);
  if (const auto* compound = llvm::dyn_cast<clang::CompoundAssignOperator>(e)) {
    const clang::QualType stored = e->getLHS()->getType();
    const NodeId old =
        convert(read_number(target, where), stored, compound->getComputationLHSType(), where);
    const NodeId result =
        arithmetic(clang::BinaryOperator::getOpForCompoundAssignment(e->getOpcode()), old, right,
                   compound->getComputationResultType(), where);
    right = convert(note(result, where), compound->getComputationResultType(), stored, where);
  }
  store(target, note(right, where), where);
  return target;
}

Place Lowering::increment(const clang::UnaryOperator* e, NodeId* before) {
  const clang::SourceLocation where = e->getOperatorLoc();
  const bool up = e->isIncrementOp();
  const Place target = place(e->getSubExpr());
  if (target.layout->kind == Layout::Kind::Address) {
    const Place moved = advance(follow(target, where), g_.index(up ? 1 : -1), where);
    write(target, {target.layout, {address_cell(moved)}}, where);
    return target;
  }
  if (target.layout->kind != Layout::Kind::Number) refuse_node(e);
  const clang::QualType type = e->getSubExpr()->getType();
  const NodeId old = read_number(target, where);
  if (before) *before = old;
  const NodeId one = g_.number(g_.element(old), 1);
  const NodeId next = arithmetic(up ? clang::BO_Add : clang::BO_Sub, old, one, type, where);
  store(target, note(next, where), where);
  return target;
}

}  // namespace gradsmith::frontend
