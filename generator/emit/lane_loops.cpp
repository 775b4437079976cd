#include "emit/lane_loops.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "emit/cpp_expression.hpp"
#include "emit/vector_math.hpp"

namespace gradsmith {
namespace {

constexpr std::int64_t kLanes = 8;

/// Thrown inside this file only: the loop stays as it is.
struct NotInLanes {};

[[noreturn]] void refuse() { throw NotInLanes{}; }

/// A part of memory that is read or written, and by which text, in which every name has the number
/// of its definition: equal texts are the same element in every trip.
struct MemoryUse {
  std::string root;
  std::string element;
  bool added = false;  ///< a sum of the lanes is added to it
  bool written = false;
};

/// The body of one loop with eight trips at once.
class LaneBody {
 public:
  LaneBody(const Loop& loop, std::set<std::string>& taken) : taken_(taken) {
    index_names_[loop.index] = {++definitions_, literal(Element::Index, std::int64_t{1})};
    body = block(loop.body);
    check_memory();
    for (const Sum& sum : sums) {
      if (read_outside_.contains(sum.scalar)) refuse();
    }
  }

  Block body;
  struct Sum {
    std::string scalar;
    std::string lanes;  ///< added to the scalar
  };
  std::vector<Sum> sums;
  std::set<Op> functions;  ///< called on lanes

 private:
  /// An integer: how much more it is in the next trip; unknown where that is not the same each
  /// time.
  struct Integer {
    int definition = 0;
    std::optional<Expression> step;
  };
  enum class Local : std::uint8_t { Scalar, Lanes };

  Block block(const Block& from) {
    Block to;
    for (const Statement& s : from.statements) {
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
      index_names_[s.name] = {++definitions_, step_of(s.value)};
      note_reads(s.value);
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
      require_fixed(*s.value);
      index_names_[s.name] = {++definitions_, literal(Element::Index, std::int64_t{0})};
      return {std::move(made)};
    }
    made.lanes = *s.type == Element::F64;
    if (!made.lanes && made.value && is_lanes(*made.value)) refuse();
    declare(s.name, *s.type, made.lanes);
    return {std::move(made)};
  }

  void declare(const std::string& name, Element element, bool lanes) {
    if (lanes && element != Element::F64 && element != Element::Bool) refuse();
    locals_[name] = lanes ? Local::Lanes : Local::Scalar;
    index_names_.erase(name);
  }

  Statement in_lanes(const Assign& s) {
    Assign made = s;
    made.value = expression(s.value);
    const bool lanes = is_lanes(made.value);
    const bool adds = s.with == Op::Add || s.with == Op::Sub;
    const bool whole = s.place.path.empty();
    if (whole && index_names_.contains(s.place.root)) refuse();
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
    note(target, adds && is_zero(step), true);
    if (is_zero(step)) {
      if (!adds || !lanes) refuse();
      made.value = lanes_call(Element::F64, "sum", {std::move(made.value)});
      return {std::move(made)};
    }
    if (!is_one(step)) refuse();
    if (s.with != Op::Constant) {
      made.value = apply(s.with, {loaded(target, step), std::move(made.value)});
      made.with = Op::Constant;
    }
    made.lanes = true;
    return {std::move(made)};
  }

  std::string lanes_of_sum(const std::string& scalar) {
    const auto known = std::ranges::find(sums, scalar, &Sum::scalar);
    if (known != sums.end()) return known->lanes;
    sums.push_back({scalar, free_name(scalar + "_lanes")});
    return sums.back().lanes;
  }

  Statement in_lanes(const Loop& s) {
    Loop made = s;
    require_fixed(s.begin);
    require_fixed(s.end);
    made.begin = expression(s.begin);
    made.end = expression(s.end);
    index_names_[s.index] = {++definitions_, literal(Element::Index, std::int64_t{0})};
    made.body = block(s.body);
    return {std::move(made)};
  }

  Statement in_lanes(const Branch& s) {
    Branch made = s;
    made.condition = expression(s.condition);
    if (is_lanes(made.condition)) refuse();
    made.when_true = block(s.when_true);
    made.when_false = block(s.when_false);
    return {std::move(made)};
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
        if (e.element == Element::Index) require_fixed(e);
        note_name(e.place.root);
        return e;
      case Expression::Kind::Read: {
        const Expression step = step_of_element(e);
        note(e, false, false);
        if (is_zero(step)) return e;
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
    return lanes_call(e.element, "choose", made.operands);
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
        return made;
      case Op::And:
        return lanes_call(Element::Bool, "choose",
                          {made.operands[0], made.operands[1], boolean(false)});
      case Op::Or:
        return lanes_call(Element::Bool, "choose",
                          {made.operands[0], boolean(true), made.operands[1]});
      case Op::Not:
        return lanes_call(Element::Bool, "choose",
                          {made.operands[0], boolean(false), boolean(true)});
      default:
        break;
    }
    if (op_row(e.op).signature == Signature::Compare) {
      if (e.operands[0].element != Element::F64) refuse();
      return made;
    }
    if (!is_lanes_function(e.op)) refuse();
    functions.insert(e.op);
    return lanes_call(Element::F64, std::string(op_row(e.op).spelling), made.operands);
  }

  static bool reads(const Expression& e) {
    return e.kind == Expression::Kind::Read || std::ranges::any_of(e.operands, reads);
  }
  static Expression boolean(bool value) {
    return literal(Element::Bool, std::int64_t{value ? 1 : 0});
  }

  Expression with_operands(const Expression& e) {
    Expression made = e;
    for (Expression& o : made.operands) o = expression(o);
    return made;
  }

  static bool is_integer(const Expression& e, std::int64_t value) {
    return e.kind == Expression::Kind::Literal && e.integer == value;
  }
  static bool is_zero(const Expression& e) { return is_integer(e, 0); }
  static bool is_one(const Expression& e) { return is_integer(e, 1); }

  static Expression loaded(const Expression& element, const Expression& step) {
    if (is_one(step)) return lanes_call(Element::F64, "load", {address(element)});
    return lanes_call(Element::F64, "gather", {address(element), step});
  }

  /// How much further an element is from that of the trip before.
  Expression step_of_element(const Expression& e) {
    Expression step = literal(Element::Index, std::int64_t{0});
    for (const Access& a : e.place.path) {
      if (!is_zero(step)) refuse();  // what varies is no last subscript
      if (a.operand < 0) continue;
      const auto found = step_of(e.operands[static_cast<std::size_t>(a.operand)]);
      if (!found) refuse();
      step = *found;
    }
    return step;
  }

  void require_fixed(const Expression& e) const {
    const auto step = step_of(e);
    if (!step || !is_zero(*step)) refuse();
  }

  /// How much more an integer is in the next trip.
  std::optional<Expression> step_of(const Expression& e) const {
    const Expression none = literal(Element::Index, std::int64_t{0});
    if (e.kind == Expression::Kind::Name) {
      const auto known = index_names_.find(e.place.root);
      if (known != index_names_.end()) return known->second.step;
      const auto local = locals_.find(e.place.root);
      if (local != locals_.end() && local->second == Local::Lanes) return std::nullopt;
      return none;
    }
    std::vector<Expression> steps;
    for (const Expression& o : e.operands) {
      const auto step = step_of(o);
      if (!step) return std::nullopt;
      steps.push_back(*step);
    }
    if (std::ranges::all_of(steps, is_zero)) return none;
    if (e.kind != Expression::Kind::Apply || e.element != Element::Index) return std::nullopt;
    switch (e.op) {
      case Op::Add:
      case Op::Sub:
        return combined(e.op, steps[0], steps[1]);
      case Op::Mul:
        if (is_zero(steps[1])) return product(steps[0], e.operands[1]);
        if (is_zero(steps[0])) return product(steps[1], e.operands[0]);
        return std::nullopt;
      default:
        return std::nullopt;
    }
  }

  static Expression combined(Op op, const Expression& a, const Expression& b) {
    const bool literals = a.kind == Expression::Kind::Literal && b.kind == a.kind;
    if (literals) {
      return literal(Element::Index, op == Op::Add ? a.integer + b.integer : a.integer - b.integer);
    }
    if (is_zero(b)) return a;
    if (is_zero(a) && op == Op::Add) return b;
    return apply(op, {a, b});
  }

  static Expression product(const Expression& step, const Expression& factor) {
    if (is_one(step)) return factor;
    const bool literals =
        step.kind == Expression::Kind::Literal && factor.kind == Expression::Kind::Literal;
    if (literals) return literal(Element::Index, step.integer * factor.integer);
    return apply(Op::Mul, {step, factor});
  }

  void note_name(const std::string& name) {
    if (!locals_.contains(name)) read_outside_.insert(name);
  }
  void note_reads(const Expression& e) {
    if (e.kind == Expression::Kind::Read) note(e, false, false);
    for (const Expression& o : e.operands) note_reads(o);
  }
  void note(const Expression& element, bool added, bool written) {
    memory_.push_back({element.place.root, numbered(element), added, written});
    for (const Expression& o : element.operands) note_reads(o);
  }

  /// The text of an element, with the numbers of the definitions that it mentions.
  std::string numbered(const Expression& e) const {
    std::string text = cpp_expression(e, false);
    visit_roots(e, [&](const std::string& name) {
      const auto known = index_names_.find(name);
      if (known != index_names_.end()) text += fmt::format(" {}", known->second.definition);
    });
    return text;
  }

  /// An array that is written has each of its elements used by one trip alone, or only added to.
  void check_memory() const {
    for (const MemoryUse& writing : memory_) {
      if (!writing.written) continue;
      for (const MemoryUse& other : memory_) {
        if (other.root != writing.root) continue;
        const bool sums_only = writing.added && other.added;
        const bool same = !writing.added && !other.added && other.element == writing.element;
        if (!sums_only && !same) refuse();
      }
    }
  }

  std::string free_name(const std::string& wanted) {
    std::string name = wanted;
    for (int number = 2; !taken_.insert(name).second; ++number) {
      name = fmt::format("{}_{}", wanted, number);
    }
    return name;
  }

  std::set<std::string>& taken_;
  int definitions_ = 0;
  std::map<std::string, Integer> index_names_;
  std::map<std::string, Local> locals_;
  std::set<std::string> read_outside_;
  std::vector<MemoryUse> memory_;
};

class LaneLoops {
 public:
  LaneLoops(std::set<std::string> taken, std::set<Op>& functions)
      : taken_(std::move(taken)), functions_(functions) {}

  /// Recursion follows the nesting of branches and loops only.
  void run(Block& block) {
    std::vector<Statement> made;
    for (Statement& s : block.statements) {
      if (auto* branch = std::get_if<Branch>(&s.is)) {
        run(branch->when_true);
        run(branch->when_false);
      }
      if (auto* loop = std::get_if<Loop>(&s.is)) {
        if (in_lanes(*loop, made)) continue;
        run(loop->body);
      }
      made.push_back(std::move(s));
    }
    block.statements = std::move(made);
  }

 private:
  bool in_lanes(const Loop& loop, std::vector<Statement>& made) {
    const std::optional<std::int64_t> trips = constant_trips(loop);
    if (loop.step != 1 || (trips && *trips < kLanes)) return false;
    std::set<std::string> taken = taken_;
    try {
      LaneBody lanes(loop, taken);
      if (std::ranges::none_of(lanes.functions, has_vector_version)) return false;
      taken_ = std::move(taken);
      functions_.insert(lanes.functions.begin(), lanes.functions.end());
      write(loop, lanes, made);
      return true;
    } catch (const NotInLanes&) {
      return false;
    }
  }

  static std::optional<std::int64_t> constant_trips(const Loop& loop) {
    const bool constant =
        loop.begin.kind == Expression::Kind::Literal && loop.end.kind == Expression::Kind::Literal;
    if (!constant) return std::nullopt;
    return loop.end.integer - loop.begin.integer;
  }

  /// Where the trips end that are made by eight.
  Expression end_of_whole(const Loop& loop, std::vector<Statement>& made) {
    if (const auto trips = constant_trips(loop)) {
      return literal(Element::Index, loop.begin.integer + *trips / kLanes * kLanes);
    }
    std::string end = "whole";
    for (int number = 2; !taken_.insert(end).second; ++number) {
      end = fmt::format("whole_{}", number);
    }
    const Expression eight = literal(Element::Index, kLanes);
    const bool from_zero = loop.begin.kind == Expression::Kind::Literal && loop.begin.integer == 0;
    const Expression trips = from_zero ? loop.end : apply(Op::Sub, {loop.end, loop.begin});
    Expression whole = apply(Op::Mul, {apply(Op::Quotient, {trips, eight}), eight});
    if (!from_zero) whole = apply(Op::Add, {loop.begin, std::move(whole)});
    made.push_back({Define{end, std::move(whole), "", false}});
    return name(Element::Index, end);
  }

  void write(const Loop& loop, LaneBody& lanes, std::vector<Statement>& made) {
    const Expression end = end_of_whole(loop, made);
    for (const LaneBody::Sum& sum : lanes.sums) {
      made.push_back({Declare{Element::F64, sum.lanes, literal(Element::F64, 0.0), "", true}});
    }
    made.push_back(
        {Loop{loop.index, loop.begin, end, kLanes, std::move(lanes.body), "Eight trips at once."}});
    for (const LaneBody::Sum& sum : lanes.sums) {
      Assign add;
      add.place.root = sum.scalar;
      add.value = lanes_call(Element::F64, "sum", {name(Element::F64, sum.lanes)});
      add.with = Op::Add;
      made.push_back({std::move(add)});
    }
    if (end == loop.end) return;
    made.push_back({Loop{loop.index, end, loop.end, 1, loop.body, loop.comment}});
  }

  std::set<std::string> taken_;
  std::set<Op>& functions_;
};

}  // namespace

void run_in_lanes(Block& block, std::set<std::string> taken, std::set<Op>& functions) {
  LaneLoops(std::move(taken), functions).run(block);
}

}  // namespace gradsmith
