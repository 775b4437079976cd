// Branches: both sides are lowered, and what differs is chosen by the condition. Flags of ours say
// whether a statement left its block, loop or function.

#include <fmt/format.h>

#include <algorithm>

#include "frontend/lowering.hpp"
#include "support/check.hpp"

namespace gradsmith::frontend {

using clang::Expr;
using clang::Stmt;

namespace {

/// Whether control never goes past a statement.
bool leaves(const Stmt* s) {
  const auto* block = llvm::dyn_cast<clang::CompoundStmt>(s);
  if (block) return !block->body_empty() && leaves(block->body_back());
  return llvm::isa<clang::BreakStmt, clang::ReturnStmt, clang::ContinueStmt>(s);
}

}  // namespace

NodeId Lowering::negation(NodeId x) { return simple(g_.apply(Op::Not, {x})); }

/// Whether a condition may only be computed where what stands before it in an `&&` allows: it reads
/// an array at a subscript that the left side keeps inside, or divides by what it keeps from zero.
bool Lowering::needs_guard(NodeId condition) {
  for (auto id = static_cast<NodeId>(guarded_.size()); id <= condition; ++id) {
    const auto o = g_.operands(id);
    const Op op = g_.op(id);
    const bool may_fail = op == Op::At || op == Op::Quotient || op == Op::Remainder;
    const auto inner = [&](NodeId x) { return guarded_[x]; };
    const auto varies = [&](NodeId x) { return !g_.is_constant(x); };
    guarded_.push_back(std::ranges::any_of(o, inner) ||
                       (may_fail && std::ranges::any_of(o.subspan(1), varies)));
  }
  return guarded_[condition];
}

NodeId Lowering::disjunction(NodeId a, NodeId b) {
  if (a == b || g_.is_constant(a, 1) || g_.is_constant(b, 0)) return a;
  if (g_.is_constant(b, 1) || g_.is_constant(a, 0)) return b;
  if (needs_guard(b)) return g_.choose(a, g_.boolean(true), b);
  return g_.apply(Op::Or, {a, b});
}

NodeId Lowering::conjunction(NodeId a, NodeId b) {
  if (a == b || g_.is_constant(a, 0) || g_.is_constant(b, 1)) return a;
  if (g_.is_constant(b, 0) || g_.is_constant(a, 1)) return b;
  if (needs_guard(b)) return g_.choose(a, b, g_.boolean(false));
  return g_.apply(Op::And, {a, b});
}

NodeId Lowering::select(NodeId c, NodeId a, NodeId b) {
  if (a == b) return a;
  if (a == c || g_.is_constant(a, 1)) return disjunction(c, b);
  if (b == c || g_.is_constant(b, 0)) return conjunction(c, a);
  if (g_.is_constant(a, 0)) return conjunction(negation(c), b);
  if (g_.is_constant(b, 1)) return disjunction(negation(c), a);
  return g_.choose(c, a, b);
}

VariableId Lowering::declare_flag(const std::string& name) {
  const VariableId id = declare(name, layouts_.of(context_.BoolTy), /*hidden=*/true);
  env_.set(env_.variable(id).first, number_cell(g_.boolean(false)));
  return id;
}

std::vector<VariableId> Lowering::flags() const {
  const Frame& here = frames_.back();
  std::vector<VariableId> all{here.returned};
  for (std::size_t i = here.breakables.size(); i-- > 0;) {
    const Breakable& b = here.breakables[i];
    if (i + 1 == here.breakables.size()) all.push_back(b.broke);
    if (!b.continued) continue;  // a switch: the loop around it can be continued from inside
    all.push_back(*b.continued);
    break;
  }
  return all;
}

NodeId Lowering::stop_condition() {
  NodeId stopped = g_.boolean(false);
  for (VariableId flag : flags()) {
    stopped = disjunction(stopped, env_.get(env_.variable(flag).first).node);
  }
  return stopped;
}

void Lowering::clear_flags() {
  for (VariableId flag : flags()) {
    const Slot slot = env_.variable(flag).first;
    if (g_.is_constant(env_.get(slot).node, 0)) continue;
    env_.set(slot, number_cell(g_.boolean(false)));
    if (flag != frame().returned || !frame().result) continue;
    // Where the function has not returned there is no value yet.
    const Variable& result = env_.variable(*frame().result);
    for (std::size_t j = 0; j < result.layout->leaves.size(); ++j) {
      env_.set(result.first + static_cast<Slot>(j), {});
    }
  }
}

Cell Lowering::joined_cell(NodeId c, const Cell& a, const Cell& b, const Variable& variable,
                           clang::SourceLocation where) {
  if (a == b) return a;
  // A value that is not there yet is never read before the flag says that it is.
  if (a.undefined() && variable.hidden) return b;
  if (b.undefined() && variable.hidden) return a;
  if (a.place && b.place) {
    const auto both = joined(c, *a.place, *b.place);
    if (!both) refuse_join(where);
    return address_cell(*both);
  }
  if (a.node == kNoNode || b.node == kNoNode) refuse_join(where);
  if (variable.hidden && g_.element(a.node) == Element::Bool) {
    return number_cell(select(c, a.node, b.node));
  }
  return number_cell(note(simple(g_.choose(c, a.node, b.node)), where));
}

void Lowering::join(NodeId c, const Changes& a, const Changes& b, clang::SourceLocation where) {
  std::vector<Slot> slots;
  std::set_union(a.slots.begin(), a.slots.end(), b.slots.begin(), b.slots.end(),
                 std::back_inserter(slots));
  for (Slot slot : slots) {
    const Cell old = env_.get(slot);
    const auto in_a = a.cells.find(slot);
    const auto in_b = b.cells.find(slot);
    const VariableId owner = env_.owner(slot);
    env_.set(slot,
             joined_cell(c, in_a == a.cells.end() ? old : in_a->second,
                         in_b == b.cells.end() ? old : in_b->second, env_.variable(owner), where));
    name(whole(owner), where);
  }
}

void Lowering::join_stopped(NodeId stopped, const Changes& rest, clang::SourceLocation where) {
  const std::vector<VariableId> all = flags();
  for (Slot slot : rest.slots) {
    const Cell old = env_.get(slot);
    const Cell& now = rest.cells.at(slot);
    const VariableId owner = env_.owner(slot);
    if (std::find(all.begin(), all.end(), owner) != all.end()) {
      // The rest ran only where no flag was set before it.
      const NodeId later =
          old.node == stopped ? now.node : conjunction(negation(stopped), now.node);
      const bool cleared = g_.is_constant(now.node, 0);
      env_.set(slot, number_cell(cleared ? old.node : disjunction(old.node, later)));
      continue;
    }
    env_.set(slot, joined_cell(stopped, old, now, env_.variable(owner), where));
    name(whole(owner), where);
  }
}

void Lowering::lower_branch(NodeId c, const std::function<void()>& a,
                            const std::function<void()>& b, clang::SourceLocation where) {
  if (g_.is_constant(c)) {
    g_.index_value(c) != 0 ? a() : b();
    return;
  }
  env_.begin_branch();
  a();
  const Changes changed_a = env_.end_branch();
  env_.begin_branch();
  b();
  const Changes changed_b = env_.end_branch();
  join(c, changed_a, changed_b, where);
}

void Lowering::branch(const clang::IfStmt* s) {
  if (s->getInit()) statement(s->getInit());
  if (s->getConditionVariableDeclStmt()) statement(s->getConditionVariableDeclStmt());
  const auto side = [this](const Stmt* part) {
    return [this, part] {
      if (part) statement(part);
    };
  };
  if (s->isConstexpr()) {
    if (const auto taken = s->getNondiscardedCase(context_)) {
      if (*taken) statement(*taken);
      return;
    }
  }
  if (s->isConsteval()) {
    refuse("gs-unsupported-construct", "if consteval is not handled", "", s->getBeginLoc());
  }
  lower_branch(condition(s->getCond()), side(s->getThen()), side(s->getElse()), s->getBeginLoc());
}

void Lowering::switches(const clang::SwitchStmt* s) {
  if (s->getInit()) statement(s->getInit());
  if (s->getConditionVariableDeclStmt()) statement(s->getConditionVariableDeclStmt());
  const clang::SourceLocation where = s->getBeginLoc();
  const auto* body = llvm::dyn_cast<clang::CompoundStmt>(s->getBody());
  if (!body) refuse("gs-switch", "this switch has no block", "put its cases into braces", where);
  const NodeId x = number(s->getCond());

  // The statements after each run of labels, with the condition of those labels.
  struct Group {
    NodeId matches;
    bool is_default = false;
    std::vector<const Stmt*> statements;
  };
  std::vector<Group> groups;
  for (const Stmt* part : body->body()) {
    bool labelled = false;
    while (const auto* label = llvm::dyn_cast<clang::SwitchCase>(part)) {
      if (!labelled) groups.push_back({g_.boolean(false), false, {}});
      labelled = true;
      if (const auto* one = llvm::dyn_cast<clang::CaseStmt>(label)) {
        if (one->caseStmtIsGNURange()) refuse_node(one);
        const NodeId matches = simple(g_.apply(Op::Eq, {x, number(one->getLHS())}));
        groups.back().matches = disjunction(groups.back().matches, matches);
      } else {
        groups.back().is_default = true;
      }
      part = label->getSubStmt();
    }
    if (groups.empty()) {
      refuse("gs-switch", "this statement comes before every case", "", part->getBeginLoc());
    }
    groups.back().statements.push_back(part);
  }

  // From a label control runs on through the following groups, up to a statement that leaves.
  const auto from = [&](std::size_t first) {
    std::vector<const Stmt*> run;
    for (std::size_t i = first; i < groups.size(); ++i) {
      run.insert(run.end(), groups[i].statements.begin(), groups[i].statements.end());
      if (leaves(groups[i].statements.back())) break;
    }
    return run;
  };
  frame().breakables.push_back({declare_flag("broke"), std::nullopt});
  const std::function<void(std::size_t)> otherwise = [&](std::size_t i) {
    while (i < groups.size() && g_.is_constant(groups[i].matches, 0)) ++i;
    if (i < groups.size()) {
      lower_branch(groups[i].matches, [&] { block(from(i), 0); }, [&] { otherwise(i + 1); }, where);
      return;
    }
    for (std::size_t k = 0; k < groups.size(); ++k) {
      if (groups[k].is_default) block(from(k), 0);
    }
  };
  otherwise(0);
  frame().breakables.pop_back();
}

}  // namespace gradsmith::frontend
