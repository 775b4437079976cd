#include "emit/trip_steps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "emit/block.hpp"
#include "emit/cpp_expression.hpp"

namespace gradsmith {
namespace {

Expression steps(std::int64_t value) { return literal(Element::Index, value); }

Expression combined(Op op, const Expression& a, const Expression& b) {
  if (a.kind == Expression::Kind::Literal && b.kind == a.kind) {
    return steps(op == Op::Add ? a.integer + b.integer : a.integer - b.integer);
  }
  if (is_step(b, 0)) return a;
  if (is_step(a, 0) && op == Op::Add) return b;
  return apply(op, {a, b});
}

Expression product(const Expression& step, const Expression& factor) {
  if (is_step(step, 1)) return factor;
  if (step.kind == Expression::Kind::Literal && factor.kind == step.kind) {
    return steps(step.integer * factor.integer);
  }
  return apply(Op::Mul, {step, factor});
}

}  // namespace

bool is_step(const Expression& step, std::int64_t value) {
  return step.kind == Expression::Kind::Literal && step.integer == value;
}

TripSteps::TripSteps(const std::string& index) {
  integers_[index] = {++definitions_, false, steps(1)};
}

void TripSteps::define(const std::string& local, const Expression& value) {
  std::optional<Expression> step = of(value);
  integers_[local] = {++definitions_, depth_ > 0, std::move(step)};
  note_reads(value);
}

void TripSteps::define_fixed(const std::string& local) {
  integers_[local] = {++definitions_, depth_ > 0, steps(0)};
}

std::optional<Expression> TripSteps::of(const Expression& integer) const {
  if (integer.kind == Expression::Kind::Name) {
    const auto known = integers_.find(integer.place.root);
    if (known != integers_.end()) return known->second.step;
    if (integer.element != Element::Index) return std::nullopt;
    return steps(0);
  }
  std::vector<Expression> of_operands;
  for (const Expression& o : integer.operands) {
    std::optional<Expression> step = of(o);
    if (!step) return std::nullopt;
    of_operands.push_back(std::move(*step));
  }
  const auto is_zero = [](const Expression& step) { return is_step(step, 0); };
  if (std::ranges::all_of(of_operands, is_zero)) return steps(0);
  if (integer.kind != Expression::Kind::Apply || integer.element != Element::Index) {
    return std::nullopt;
  }
  switch (integer.op) {
    case Op::Add:
    case Op::Sub:
      return combined(integer.op, of_operands[0], of_operands[1]);
    case Op::Mul:
      if (is_zero(of_operands[1])) return product(of_operands[0], integer.operands[1]);
      if (is_zero(of_operands[0])) return product(of_operands[1], integer.operands[0]);
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

bool TripSteps::is_fixed(const Expression& integer) const {
  const std::optional<Expression> step = of(integer);
  return step && is_step(*step, 0);
}

std::optional<Expression> TripSteps::of_element(const Expression& read) const {
  std::optional<Expression> step = steps(0);
  for (const Access& a : read.place.path) {
    if (!is_step(*step, 0)) return std::nullopt;
    if (a.operand < 0) continue;
    step = of(read.operands[static_cast<std::size_t>(a.operand)]);
    if (!step) return std::nullopt;
  }
  return step;
}

void TripSteps::note_reads(const Expression& e) {
  if (e.kind == Expression::Kind::Read) {
    note(e, Use::Read);
    return;
  }
  for (const Expression& o : e.operands) note_reads(o);
}

void TripSteps::note(const Expression& element, Use use) {
  Memory memory{element.place.root, cpp_expression(element, false), use};
  const std::optional<Expression> step = of_element(element);
  memory.own = step && step->kind == Expression::Kind::Literal && step->integer != 0;
  visit_roots(element, [&](const std::string& name) {
    const auto known = integers_.find(name);
    if (known == integers_.end()) return;
    memory.element += fmt::format(" {}", known->second.definition);
    memory.own = memory.own && !known->second.in_inner_loop;
  });
  memory_.push_back(std::move(memory));
  for (const Expression& o : element.operands) note_reads(o);
}

bool TripSteps::are_independent() const {
  for (const Memory& writing : memory_) {
    if (writing.use == Use::Read) continue;
    for (const Memory& other : memory_) {
      if (other.root != writing.root) continue;
      if (writing.use == Use::Add && other.use == Use::Add) continue;
      if (other.element != writing.element || !writing.own) return false;
    }
  }
  return true;
}

}  // namespace gradsmith
