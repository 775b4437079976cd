#include "emit/lane_body.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "emit/trip_steps.hpp"
#include "emit/vector_math.hpp"

namespace gradsmith {
namespace {

/// Thrown inside this file only: the loop stays as it is.
struct NotInLanes {};

[[noreturn]] void refuse() { throw NotInLanes{}; }

class BodyMaker {
 public:
  BodyMaker(const Loop& loop, std::set<std::string>& taken) : taken_(taken), steps_(loop.index) {
    made_.body = block(loop.body);
    if (!steps_.are_independent()) refuse();
    for (const LaneBody::Sum& sum : made_.sums) {
      if (read_outside_.contains(sum.scalar)) refuse();
    }
  }

  LaneBody take() { return std::move(made_); }

 private:
  enum class Local : std::uint8_t { Scalar, Lanes };

  Block block(const Block& from) {
    Block to;
    for (const Statement& s : from.statements) {
      const auto* branch = std::get_if<Branch>(&s.is);
      if (branch && is_lanes(expression(branch->condition))) {
        choose_value(*branch, to);
        continue;
      }
      std::visit([&](const auto& statement) { to.statements.push_back(in_lanes(statement)); },
                 s.is);
    }
    return to;
  }

  template <class Other>
  Statement in_lanes(const Other& /*other*/) {
    refuse();
  }

  Statement in_lanes(const Define& s) {
    Define made = s;
    if (s.value.element == Element::Index) {
      steps_.define(s.name, s.value);
      return {made};
    }
    made.value = expression(s.value);
    made.lanes = is_lanes(made.value);
    declare(s.name, s.value.element, made.lanes);
    return {std::move(made)};
  }

  Statement in_lanes(const Declare& s) {
    Declare made = s;
    if (!s.type) refuse();
    if (made.value) made.value = expression(*s.value);
    if (*s.type == Element::Index) {
      if (!s.value || !steps_.is_fixed(*s.value)) refuse();
      steps_.define_fixed(s.name);
      return {std::move(made)};
    }
    made.lanes = *s.type == Element::F64;
    if (!made.lanes && made.value && is_lanes(*made.value)) refuse();
    declare(s.name, *s.type, made.lanes);
    return {std::move(made)};
  }

  void declare(const std::string& name, Element element, bool lanes) {
    if (lanes && element != Element::F64 && element != Element::Bool) refuse();
    if (from_sides_.contains(name)) refuse();
    locals_[name] = lanes ? Local::Lanes : Local::Scalar;
  }

  Statement in_lanes(const Assign& s) {
    Assign made = s;
    made.value = expression(s.value);
    const bool lanes = is_lanes(made.value);
    const bool adds = s.with == Op::Add || s.with == Op::Sub;
    const bool whole = s.place.path.empty();
    if (whole && steps_.is_integer(s.place.root)) refuse();
    if (const auto local = locals_.find(s.place.root); whole && local != locals_.end()) {
      if (lanes && local->second == Local::Scalar) refuse();
      return {std::move(made)};
    }
    if (s.value.element != Element::F64) refuse();
    if (whole) {
      if (!adds) refuse();
      made.place.root = lanes_of_sum(s.place.root);
      return {std::move(made)};
    }
    const Expression target = read(Element::F64, s.place, s.subscripts);
    const Expression step = step_of_element(target);
    steps_.note(target, adds ? TripSteps::Use::Add : TripSteps::Use::Set);
    if (is_step(step, 0)) {
      if (!adds || !lanes) refuse();
      made.value = lanes_call(Element::F64, "sum", {std::move(made.value)});
      return {std::move(made)};
    }
    if (s.with == Op::Sub) made.value = apply(Op::Neg, {std::move(made.value)});
    std::vector<Expression> arguments{address(target)};
    if (adds) {
      if (!is_step(step, 1)) arguments.push_back(step);
    } else if (!is_step(step, 1)) {
      refuse();
    } else if (s.with != Op::Constant) {
      made.value = apply(s.with, {loaded(target, step), std::move(made.value)});
    }
    arguments.push_back(std::move(made.value));
    return {
        Perform{lanes_call(Element::F64, adds ? "add" : "store", std::move(arguments)), s.comment}};
  }

  std::string lanes_of_sum(const std::string& scalar) {
    const auto known = std::ranges::find(made_.sums, scalar, &LaneBody::Sum::scalar);
    if (known != made_.sums.end()) return known->lanes;
    made_.sums.push_back({scalar, free_name(scalar + "_lanes")});
    return made_.sums.back().lanes;
  }

  Statement in_lanes(const Loop& s) {
    Loop made = s;
    if (!steps_.is_fixed(*s.begin) || !steps_.is_fixed(*s.end) || !s.until.empty()) refuse();
    made.begin = expression(*s.begin);
    made.end = expression(*s.end);
    steps_.enter_inner_loop();
    steps_.define_fixed(s.index);
    made.body = block(s.body);
    steps_.leave_inner_loop();
    return {std::move(made)};
  }

  Statement in_lanes(const Branch& s) {
    Branch made = s;
    made.condition = expression(s.condition);
    made.when_true = block(s.when_true);
    made.when_false = block(s.when_false);
    return {std::move(made)};
  }

  /// A branch that gives a variable its value, as the choice of one: what its sides need is
  /// computed in all lanes.
  void choose_value(const Branch& branch, Block& to) {
    Assign value = assigned(branch, to);
    const auto is_declared = [&](const Statement& s) {
      const auto* declare = std::get_if<Declare>(&s.is);
      return declare && declare->name == value.place.root && !declare->value;
    };
    const auto declaration = std::ranges::find_if(to.statements, is_declared);
    if (declaration == to.statements.end()) {
      to.statements.push_back(in_lanes(value));
      return;
    }
    Define made{value.place.root, expression(value.value),
                std::get<Declare>(declaration->is).comment, true};
    to.statements.erase(declaration);
    to.statements.push_back({std::move(made)});
  }

  /// What a branch assigns, as it stands in the author's order; definitions of its sides are
  /// written.
  Assign assigned(const Branch& branch, Block& to) {
    Assign made = assigned(branch.when_true, to);
    Assign other = assigned(branch.when_false, to);
    if (!(made.place == other.place)) refuse();
    made.value = choose(branch.condition, std::move(made.value), std::move(other.value));
    return made;
  }
  Assign assigned(const Block& side, Block& to) {
    if (side.statements.empty()) refuse();
    for (std::size_t k = 0; k + 1 < side.statements.size(); ++k) {
      const Statement& s = side.statements[k];
      if (const auto* define = std::get_if<Define>(&s.is)) {
        require_movable(define->name, define->value);
        to.statements.push_back(in_lanes(*define));
        from_sides_.insert(define->name);
      } else if (const auto* declare = std::get_if<Declare>(&s.is)) {
        if (declare->value) refuse();
        require_movable(declare->name, {});
        to.statements.push_back(in_lanes(*declare));
        from_sides_.insert(declare->name);
      } else if (const auto* branch = std::get_if<Branch>(&s.is)) {
        choose_value(*branch, to);
      } else {
        refuse();
      }
    }
    const Statement& last = side.statements.back();
    if (const auto* nested = std::get_if<Branch>(&last.is)) return assigned(*nested, to);
    const auto* assign = std::get_if<Assign>(&last.is);
    if (!assign || assign->with != Op::Constant || !assign->place.path.empty()) refuse();
    const auto local = locals_.find(assign->place.root);
    if (local == locals_.end() || local->second != Local::Lanes) refuse();
    return *assign;
  }

  /// A local leaves the side of a branch: what it is must not read, as an element may be there only
  /// where its side is taken, and its name must not be in use.
  void require_movable(const std::string& name, const Expression& value) const {
    if (reads(value) || value.element == Element::Index || locals_.contains(name)) refuse();
  }

  /// Whether an expression that has been through `expression` gives eight values.
  bool is_lanes(const Expression& e) const {
    switch (e.kind) {
      case Expression::Kind::Lanes:
        return true;
      case Expression::Kind::Name: {
        const auto local = locals_.find(e.place.root);
        return local != locals_.end() && local->second == Local::Lanes;
      }
      case Expression::Kind::Apply:
      case Expression::Kind::Choose:
        return std::ranges::any_of(e.operands, [&](const Expression& o) { return is_lanes(o); });
      default:
        return false;
    }
  }

  /// The recursion stays inside one statement.
  Expression expression(const Expression& e) {
    switch (e.kind) {
      case Expression::Kind::Literal:
        return e;
      case Expression::Kind::Name:
        if (e.element == Element::Index && !steps_.is_fixed(e)) refuse();
        note_name(e.place.root);
        return e;
      case Expression::Kind::Read: {
        const Expression step = step_of_element(e);
        steps_.note(e, TripSteps::Use::Read);
        if (is_step(step, 0)) return e;
        if (e.element != Element::F64) refuse();
        return loaded(e, step);
      }
      case Expression::Kind::Convert: {
        Expression made = e;
        made.operands[0] = expression(e.operands[0]);
        if (!is_lanes(made.operands[0])) return made;
        if (e.element != Element::F64 || !e.place.root.empty()) refuse();
        if (e.operands[0].element != Element::Bool) return made.operands[0];
        return lanes_call(
            Element::F64, "choose",
            {made.operands[0], literal(Element::F64, 1.0), literal(Element::F64, 0.0)});
      }
      case Expression::Kind::Choose:
        return choice(e);
      case Expression::Kind::Apply:
        return applied(e);
      case Expression::Kind::Lanes:
      case Expression::Kind::Address:
        break;
    }
    refuse();
  }

  Expression choice(const Expression& e) {
    Expression made = with_operands(e);
    if (!is_lanes(made)) return made;
    if (e.element != Element::F64 && e.element != Element::Bool) refuse();
    if (!is_lanes(made.operands[0])) return made;
    // Both sides are computed, and an element may be there only where its side is taken.
    if (reads(e.operands[1]) || reads(e.operands[2])) refuse();
    return lanes_call(e.element, e.element == Element::Bool ? "choose_mask" : "choose",
                      made.operands);
  }

  Expression applied(const Expression& e) {
    Expression made = with_operands(e);
    if (!is_lanes(made)) return made;
    for (const Expression& o : made.operands) {
      if (o.element == Element::F32 || o.element == Element::Index) refuse();
    }
    if ((e.op == Op::And || e.op == Op::Or) && reads(e.operands[1])) refuse();
    switch (e.op) {
      case Op::Add:
      case Op::Sub:
      case Op::Mul:
      case Op::Div:
      case Op::Neg:
      case Op::And:
      case Op::Or:
      case Op::Not:
        return made;
      default:
        break;
    }
    if (op_row(e.op).signature == Signature::Compare) {
      if (e.operands[0].element != Element::F64) refuse();
      return made;
    }
    if (!is_lanes_function(e.op)) refuse();
    made_.functions.insert(e.op);
    return lanes_call(Element::F64, std::string(op_row(e.op).spelling), made.operands);
  }

  /// Whether it reads an element of an array.
  static bool reads(const Expression& e) {
    const auto subscript = [](const Access& a) { return a.field.empty(); };
    return (e.kind == Expression::Kind::Read && std::ranges::any_of(e.place.path, subscript)) ||
           std::ranges::any_of(e.operands, reads);
  }
  Expression with_operands(const Expression& e) {
    Expression made = e;
    for (Expression& o : made.operands) o = expression(o);
    return made;
  }

  static Expression loaded(const Expression& element, const Expression& step) {
    if (is_step(step, 1)) return lanes_call(Element::F64, "load", {address(element)});
    return lanes_call(Element::F64, "gather", {address(element), step});
  }

  Expression step_of_element(const Expression& read) const {
    const std::optional<Expression> step = steps_.of_element(read);
    if (!step) refuse();
    return *step;
  }

  void note_name(const std::string& name) {
    if (!locals_.contains(name)) read_outside_.insert(name);
  }
  std::string free_name(const std::string& wanted) {
    std::string name = wanted;
    for (int number = 2; !taken_.insert(name).second; ++number) {
      name = fmt::format("{}_{}", wanted, number);
    }
    return name;
  }

  std::set<std::string>& taken_;
  LaneBody made_;
  TripSteps steps_;
  std::map<std::string, Local> locals_;
  std::set<std::string> from_sides_;  // locals that stood on the side of a branch
  std::set<std::string> read_outside_;
};

}  // namespace

std::optional<LaneBody> body_in_lanes(const Loop& loop, std::set<std::string>& taken) {
  try {
    return BodyMaker(loop, taken).take();
  } catch (const NotInLanes&) {
    return std::nullopt;
  }
}

}  // namespace gradsmith
