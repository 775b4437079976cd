// Loops stay loops: a body is lowered once, for an index and states that stand for any trip.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include "frontend/lowering.hpp"
#include "ir/arrays.hpp"
#include "ir/substitute.hpp"
#include "support/check.hpp"

namespace gradsmith::frontend {
namespace {

using clang::Expr;
using clang::Stmt;

constexpr std::size_t kDeepestLoop = 48;
// A loop whose body cannot be lowered for all trips at once is lowered trip by trip up to here.
constexpr std::int64_t kMostUnrolledTrips = 64;

/// Refusals that a known index can lift.
constexpr std::array<std::string_view, 8> kDependOnTrip = {
    "gs-joined-places", "gs-unknown-memory",  "gs-unsigned-arithmetic", "gs-narrowing",
    "gs-bitwise",       "gs-pointer-in-loop", "gs-loop-bound",          "gs-cast-to-int"};

}  // namespace

void Lowering::counted(const CountedLoop& loop_of) {
  LoopHeader header = loop_header(loop_of);
  const clang::SourceLocation where = header.where;
  const Written in_body = written_by(loop_of.body);
  header.may_leave = in_body.breaks || in_body.returns || !header.also.empty();
  const clang::QualType type = header.index->getType();
  NodeId begin = kNoNode;
  LoopBody body;
  if (header.declared) {
    for (const clang::Decl* decl : llvm::cast<clang::DeclStmt>(loop_of.init)->decls()) {
      if (decl == header.index) {
        if (!header.begin) refuse("gs-uninitialised", "the index has no first value", "", where);
        begin = header.step < 0 && never_wraps(header.begin, header) ? subscript(header.begin)
                                                                     : number(header.begin);
      } else if (const auto* other = llvm::dyn_cast<clang::VarDecl>(decl)) {
        declare_variable(other);
      }
    }
    body.index = declare(header.index->getNameAsString(), layout_of(type, where));
    frame().bindings[header.index] = whole(*body.index);
  } else {
    if (loop_of.init) statement(loop_of.init);
    const auto bound = frame().bindings.find(header.index);
    if (bound == frame().bindings.end() || bound->second != whole(bound->second.variable)) {
      refuse("gs-loop-index", "the index of this loop is not a local variable",
             "declare it in the loop's header", where);
    }
    body.index = bound->second.variable;
    body.index_outlives = true;
    begin = read_number(bound->second, where);
  }
  if (header.counts_first) {
    begin = simple(g_.apply(Op::Sub, {begin, g_.index(1)}));
    if (body.index_outlives) write(whole(*body.index), {nullptr, {number_cell(begin)}}, where);
  }

  body.before = header.before;
  body.after = header.after;
  body.consists_of = loop_of.body;
  for (const Expr* e : header.before) body.consists_of.push_back(e);
  for (const Expr* e : header.after) body.consists_of.push_back(e);

  // Of several conditions those that are bounds, too, and those that end the loop early.
  std::vector<LoopBound> bounds{header.until};
  std::vector<LoopTest> holding;
  const Written written = header.also.empty() ? Written{} : written_by(body.consists_of);
  for (const LoopTest& one : header.also) {
    const auto test = loop_bound(one, header.index);
    if (test && is_fixed_bound(*test, header, written)) {
      bounds.push_back(*test);
    } else {
      holding.push_back(one);
      body.consists_of.push_back(one.condition);
    }
  }
  body.bound = [&, header, bounds] {
    NodeId end = kNoNode;
    for (const LoopBound& until : bounds) {
      const NodeId one = loop_end(header, until, begin);
      const Op nearer = header.step > 0 ? Op::Min : Op::Max;
      end = end == kNoNode ? one : simple(g_.apply(nearer, {end, one}));
    }
    if (!loop_of.runs_first) return end;
    const NodeId second = simple(g_.apply(Op::Add, {begin, g_.index(header.step)}));
    return simple(g_.apply(header.step > 0 ? Op::Max : Op::Min, {end, second}));
  };
  body.may_end_early = !holding.empty();
  body.once = [&](NodeId) {
    body_while(loop_of.runs_first ? std::span<const LoopTest>{} : holding, loop_of.body);
  };
  // After `do` the condition is asked as it stands: its parts may only hold where those before do.
  if (loop_of.runs_first && !holding.empty()) body.last = loop_of.tests;

  if (!header.counts_first) {
    for (const LoopBound& until : bounds) refuse_wrapping_index(header, until, begin);
  }
  loop(begin, header.step, body, where);
  if (header.counts_first && body.index_outlives &&
      header.index->getType()->isUnsignedIntegerOrEnumerationType()) {
    // It has wrapped around.
    const Layout* layout = layout_of(header.index->getType(), where);
    write(whole(*body.index), uninitialised(layout, header.index->getNameAsString(), where), where);
  }
}

bool Lowering::never_wraps(const Expr* end, const LoopHeader& header) const {
  const clang::QualType type = end->getType();
  return type->isUnsignedIntegerType() && context_.getIntWidth(type) >= 64 && !header.may_leave &&
         !header.counts_first;
}

NodeId Lowering::bound_number(const LoopBound& until, const LoopHeader& header) {
  if (!until.bound) return g_.index(0);
  const bool far = header.step > 0 && never_wraps(until.bound, header);
  return far ? subscript(until.bound) : number(until.bound);
}

NodeId Lowering::loop_end(const LoopHeader& header, const LoopBound& until, NodeId begin) {
  NodeId bound = bound_number(until, header);
  const auto take = [&](NodeId& from, NodeId amount, std::int64_t times) {
    if (times != 1 && times != -1) {
      amount = simple(g_.apply(Op::Mul, {g_.index(std::abs(times)), amount}));
    }
    from = simple(g_.apply(times < 0 ? Op::Add : Op::Sub, {from, amount}));
  };
  // `terms - factor * i > bound` is `factor * i < terms - bound`.
  if (until.mirrored) bound = simple(g_.apply(Op::Neg, {bound}));
  for (const LinearSide::Term& term : until.terms) {
    const NodeId added = number(term.added);
    if (until.mirrored && g_.is_constant(bound, 0) && term.factor == 1) {
      bound = added;
    } else {
      take(bound, added, until.mirrored ? -term.factor : term.factor);
    }
  }
  const auto shifted = [&](Op op) { return simple(g_.apply(op, {bound, g_.index(1)})); };
  if (until.factor != 1) {
    switch (until.comparison) {
      case clang::BO_LT:
        return rounded(bound, until.factor, true, begin);
      case clang::BO_LE:
        return rounded(shifted(Op::Add), until.factor, true, begin);
      case clang::BO_GT:
        return rounded(bound, until.factor, false, begin);
      case clang::BO_GE:
        return rounded(shifted(Op::Sub), until.factor, false, begin);
      default:
        refuse("gs-unbounded-loop", "what this loop compares may pass by its bound", "use < or >",
               header.where);
    }
  }
  switch (until.comparison) {
    case clang::BO_LE:
      return shifted(Op::Add);
    case clang::BO_GE:
      if (!header.counts_first && g_.is_constant(bound, 0) &&
          until.bound->getType()->isUnsignedIntegerOrEnumerationType()) {
        refuse("gs-unbounded-loop", "an unsigned index is never below zero", "use int",
               header.where);
      }
      return shifted(Op::Sub);
    case clang::BO_NE: {
      const bool known = g_.is_constant(begin) && g_.is_constant(bound);
      const std::int64_t distance =
          known ? g_.index_value(bound) - g_.index_value(begin) : std::int64_t{0};
      const bool hits = known ? distance % header.step == 0 && distance / header.step >= 0
                              : header.step == 1 || header.step == -1;
      if (hits) return bound;
      refuse("gs-unbounded-loop", "the index of this loop never equals its bound", "use < or >",
             header.where);
    }
    default:
      return bound;
  }
}

NodeId Lowering::rounded(NodeId amount, std::int64_t factor, bool up, NodeId begin) {
  const auto quotient = [&](NodeId x) {
    return simple(g_.apply(Op::Quotient, {x, g_.index(factor)}));
  };
  const NodeId least = g_.index(factor - 1);
  const NodeId beyond = simple(g_.apply(up ? Op::Add : Op::Sub, {amount, least}));
  // C++ rounds to zero. Below zero the bound is then too large, but not above it, which is as far
  // as an index matters that never is below zero.
  const Interval range = range_of(amount);
  if (up && (range.low >= 0 || range_of(begin).low >= 0)) return quotient(beyond);
  if (!up && range.low >= 0) return quotient(amount);
  const NodeId negative = simple(g_.apply(Op::Lt, {amount, g_.index(0)}));
  const NodeId below = quotient(up ? amount : beyond);
  return simple(g_.choose(negative, below, quotient(up ? beyond : amount)));
}

void Lowering::body_while(std::span<const LoopTest> holding, const std::vector<const Stmt*>& body) {
  if (holding.empty()) return block(body, 0);
  const LoopTest first = holding.front();
  const clang::SourceLocation where = first.condition->getExprLoc();
  const std::function<void()> on = [&] { body_while(holding.subspan(1), body); };
  const std::function<void()> out = [&] { leave_loop(where); };
  lower_branch(condition(first.condition), first.holds ? on : out, first.holds ? out : on, where);
}

void Lowering::range_for_loop(const clang::CXXForRangeStmt* s) {
  const clang::SourceLocation where = s->getForLoc();
  if (s->getInit()) statement(s->getInit());
  const auto* range = llvm::cast<clang::VarDecl>(s->getRangeStmt()->getSingleDecl());
  Place array = place(range->getInit());
  if (array.layout->kind == Layout::Kind::Address) array = follow(array, where);  // a span
  if (array.layout->kind != Layout::Kind::Array) {
    refuse("gs-range", "this loop does not run over an array",
           "use an array, std::array, span or vector", where);
  }
  const auto* pointer = llvm::cast<clang::VarDecl>(s->getBeginStmt()->getSingleDecl());
  const Layout* address = layout_of(context_.getPointerType(array.layout->inside->type), where);
  LoopBody body;
  body.bound = [this, array] { return extent_of(array.layout); };
  body.once = [&, this](NodeId index) {
    frame().bindings[pointer] = keep({address, {address_cell(element_of(array, index))}}, "");
    statement(s->getLoopVarStmt());
    statement(s->getBody());
  };
  // The variable's initialiser speaks of the hidden pointer, which refers to the array.
  frame().bindings[pointer] = keep({address, {address_cell(element_of(array, g_.index(0)))}}, "");
  body.consists_of = {s->getLoopVarStmt(), s->getBody()};
  if (const auto* v = s->getLoopVariable(); v->getType()->isReferenceType()) {
    frame().bindings[v] = element_of(array, g_.index(0));
  }
  loop(g_.index(0), 1, body, where);
}

void Lowering::loop(NodeId begin, std::int64_t step, const LoopBody& body,
                    clang::SourceLocation where) {
  const NodeId end = body.bound();
  const bool known = g_.is_constant(begin) && g_.is_constant(end);
  const std::int64_t trips =
      known ? trip_count(g_.index_value(begin), g_.index_value(end), step) : std::int64_t{-1};
  if (trips == 0) return;
  const VariableId broke = declare_flag("broke");

  const int branches = env_.branches();
  const std::size_t open = loops_.size();
  const std::size_t frames = frames_.size();
  const std::size_t breakables = frame().breakables.size();
  const std::size_t locals = f_.locals.size();
  const std::size_t trackers = env_.trackers();
  const std::vector<Local> locals_before = f_.locals;
  const std::optional<Place> self = frame().self;
  try {
    folded(begin, step, body, broke, where);
    return;
  } catch (const Refusal& refusal) {
    const bool depends_on_trip = std::find(kDependOnTrip.begin(), kDependOnTrip.end(),
                                           refusal.code()) != kDependOnTrip.end();
    if (!depends_on_trip || trips < 0 || trips > kMostUnrolledTrips) throw;
  }
  env_.abandon_branches(branches);
  env_.abandon_tracking(trackers);
  loops_.resize(open);
  frames_.resize(frames);
  frame().breakables.resize(breakables);
  frame().self = self;
  f_.locals = locals_before;
  local_variables_.resize(locals);
  unrolled(g_.index_value(begin), g_.index_value(end), step, body, broke, where);
}

void Lowering::body_once(NodeId index, std::int64_t step, const LoopBody& body, VariableId broke,
                         clang::SourceLocation where) {
  frame().breakables.push_back({broke, declare_flag("continued")});
  const auto index_slot = [&] { return env_.variable(*body.index).first; };
  if (body.index && !body.index_outlives) env_.set(index_slot(), number_cell(index));
  const NodeId stopped = stop_condition();
  const bool guarded = !g_.is_constant(stopped, 0);
  if (guarded) {
    env_.begin_branch();
    clear_flags();
  }
  if (body.index_outlives) env_.set(index_slot(), number_cell(index));
  body.once(index);
  // `continue` goes on with the increment.
  env_.set(env_.variable(*frame().breakables.back().continued).first,
           number_cell(g_.boolean(false)));
  const NodeId left = stop_condition();
  // `++i; break;` changes an index that nothing goes on with.
  if (body.index && where_not(left, env_.get(index_slot()).node) != index) {
    refuse("gs-loop-index-changes", "the index of this loop is changed in its body",
           "use another variable, or `continue` and `break`", where);
  }
  lower_branch(left, [] {}, [&] { next_trip(index, step, body, where); }, where);
  guard_result();
  if (guarded) join_stopped(stopped, env_.end_branch(), where);
  frame().breakables.pop_back();
}

NodeId Lowering::where_not(NodeId left, NodeId value) const {
  // Left is a disjunction of what led to each `break` and `return`.
  std::unordered_set<NodeId> ways;
  std::vector<NodeId> open{left};
  while (!open.empty()) {
    const NodeId id = open.back();
    open.pop_back();
    if (!ways.insert(id).second) continue;
    if (g_.op(id) == Op::Or)
      open.insert(open.end(), g_.operands(id).begin(), g_.operands(id).end());
    if (g_.op(id) == Op::If && g_.is_constant(g_.operands(id)[1], 1)) {
      open.insert(open.end(), {g_.operands(id)[0], g_.operands(id)[2]});
    }
  }
  while (g_.op(value) == Op::If && ways.contains(g_.operands(value)[0])) {
    value = g_.operands(value)[2];
  }
  return value;
}

void Lowering::guard_result() {
  if (loops_.empty() || !frame().result) return;
  const NodeId returned = env_.get(env_.variable(frame().returned).first).node;
  if (g_.is_constant(returned)) return;
  const Variable& result = env_.variable(*frame().result);
  for (std::size_t j = 0; j < result.layout->leaves.size(); ++j) {
    const Slot slot = result.first + static_cast<Slot>(j);
    const Cell held = env_.get(slot);
    if (held.node == kNoNode || g_.op(held.node) == Op::Bound) continue;
    env_.set(slot, number_cell(g_.choose(returned, held.node, g_.zeros(g_[held.node].type))));
  }
}

void Lowering::next_trip(NodeId index, std::int64_t step, const LoopBody& body,
                         clang::SourceLocation where) {
  if (!body.index) return;
  const Slot slot = env_.variable(*body.index).first;
  const auto update = [&](const std::vector<const Expr*>& parts, NodeId now) {
    for (const Expr* e : parts) discard(e);
    if (env_.get(slot).node != now) {
      refuse("gs-loop-index-changes", "the increment of this loop changes the index twice",
             "count by one step, and use another variable for the rest", where);
    }
  };
  env_.set(slot, number_cell(index));
  update(body.before, index);
  if (body.after.empty() && !body.index_outlives && body.last.empty()) return;
  // What the author wrote after `++i` sees the index of the next trip.
  const NodeId next = simple(g_.apply(Op::Add, {index, g_.index(step)}));
  env_.set(slot, number_cell(next));
  update(body.after, next);
  body_while(body.last, {});
  if (!body.index_outlives) env_.set(slot, number_cell(index));
}

void Lowering::unrolled(std::int64_t begin, std::int64_t end, std::int64_t step,
                        const LoopBody& body, VariableId broke, clang::SourceLocation where) {
  const std::size_t first_local = f_.locals.size();
  const std::int64_t trips = trip_count(begin, end, step);
  for (std::int64_t k = 0; k < trips; ++k) {
    const NodeId bound = body.bound();
    if (!g_.is_constant(bound) || g_.index_value(bound) != end) {
      refuse("gs-loop-bound", "the bound of this loop changes while it runs",
             "copy the bound to a variable before the loop", where);
    }
    body_once(g_.index(begin + k * step), step, body, broke, where);
  }
  forget_locals_of_loop(first_local);
}

std::vector<Slot> Lowering::states_of(const Written& written) {
  std::vector<Slot> slots;
  for (VariableId id : written.variables) {
    const Variable& variable = env_.variable(id);
    for (std::size_t j = 0; j < variable.layout->leaves.size(); ++j) {
      if (!variable.layout->leaves[j].address) {
        slots.push_back(variable.first + static_cast<Slot>(j));
      }
    }
  }
  return slots;
}

void Lowering::folded(NodeId begin, std::int64_t step, const LoopBody& body, VariableId broke,
                      clang::SourceLocation where) {
  if (loops_.size() >= kDeepestLoop) {
    refuse("gs-too-deep", "loops are nested too deep", "", where);
  }
  Written written = written_by(body.consists_of);
  written.variables.insert(body.writes.begin(), body.writes.end());
  if (written.breaks || body.may_end_early) written.variables.insert(broke);
  if (written.returns) {
    written.variables.insert(frame().returned);
    if (frame().result) written.variables.insert(*frame().result);
  }
  if (body.index_outlives) {
    written.variables.insert(*body.index);
  } else if (body.index) {
    written.variables.erase(*body.index);
  }
  const std::size_t first_local = f_.locals.size();
  const std::vector<Slot> slots = states_of(written);
  const int level = static_cast<int>(loops_.size()) + 1;
  loops_.push_back({{}, kNoNode, {written.variables.begin(), written.variables.end()}, {}, {}, {}});
  loops_.back().where = where;
  if (body.index) {
    loops_.back().written.insert(*body.index);
    loops_.back().index_name = env_.variable(*body.index).name;
  }

  std::vector<NodeId> inits;
  for (Slot slot : slots) {
    NodeId node = env_.get(slot).node;
    if (node == kNoNode) {
      const Variable& variable = env_.variable(env_.owner(slot));
      node = g_.zeros(type_of(variable.layout->leaves[slot - variable.first]));
    }
    inits.push_back(node);
  }
  env_.begin_branch();
  std::vector<NodeId> states;
  for (std::size_t k = 0; k < slots.size(); ++k) {
    states.push_back(loop_state(g_, level, k, g_[inits[k]].type));
    env_.set(slots[k], number_cell(states[k]));
  }
  const NodeId end = body.bound();
  if (step > 0) loops_.back().before = end;
  const Interval from = range_of(begin), to = range_of(end);
  loops_.back().index = step > 0 ? Interval{from.low, (to - Interval{1, 1}).high}
                                 : Interval{(to + Interval{1, 1}).low, from.high};
  body_once(g_.bound(level, 0, scalar_type(Element::Index)), step, body, broke, where);

  std::vector<NodeId> nexts;
  for (Slot slot : slots) nexts.push_back(env_.get(slot).node);
  for (Slot slot : env_.end_branch().slots) {
    if (std::find(slots.begin(), slots.end(), slot) != slots.end()) continue;
    if (body.index && slot == env_.variable(*body.index).first) continue;
    refuse("gs-pointer-in-loop", "this loop changes what a pointer or reference refers to",
           "use an index", where);
  }
  forget_locals_of_loop(first_local);
  close_loop(begin, end, step, slots, inits, nexts, where);
}

}  // namespace gradsmith::frontend
