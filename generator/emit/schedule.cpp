#include "emit/schedule.hpp"

#include <fmt/format.h>

#include <utility>

#include "emit/early_stores.hpp"
#include "emit/names.hpp"
#include "emit/zero_fill.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

class Scheduler {
 public:
  Scheduler(const Function& f, const std::set<std::string>& foreign)
      : f_(f),
        terms_(f),
        placement_(terms_),
        forms_(placement_),
        statements_(order_statements(placement_, forms_)),
        names_(choose_names(placement_, forms_, statements_, foreign)) {}

  Block run() {
    const InstanceId returning = forms_.returning_branch();
    Block block = region(kFunctionRegion, returning);
    if (returning == kNowhere) store_outputs(block);
    std::set<std::string> taken{f_.name};
    for (const Parameter& p : f_.parameters) taken.insert(p.name);
    fill_zeros(block, std::move(taken));
    store_early(block);
    return block;
  }

 private:
  const Instance& instance(InstanceId i) const { return placement_.instances()[i]; }
  Element element(InstanceId i) const { return terms_.graph().element(instance(i).node); }

  /// Recursion follows the nesting of branches only. Where a region ends with the branch that is
  /// the value to return, `returning`, its sides return it.
  Block region(RegionId id, InstanceId returning = kNowhere) const {
    Block block;
    block.statements.reserve(statements_[id].size());
    for (const Unit& unit : statements_[id]) {
      if (unit.group == kNowhere) {
        define(unit.instance, block);
        continue;
      }
      const Group& group = placement_.groups()[unit.group];
      if (returning != kNowhere && group.members.front() == returning) {
        return_from_sides(group, block);
      } else {
        add_branch(group, block);
      }
    }
    return block;
  }

  void define(InstanceId i, Block& block) const {
    const std::string& local = names_.of_instance[i];
    if (forms_.of(i) == Form::Exported) {
      block.statements.push_back({Assign{{local, {}}, spelled(i)}});
    } else {
      block.statements.push_back({Define{local, spelled(i), comment(i)}});
    }
  }

  /// Declares what the side of an `if` computes for a later one.
  void declare_exports(RegionId side, Block& block) const {
    for (const Unit& unit : statements_[side]) {
      if (unit.group == kNowhere) {
        declare_export(unit.instance, block);
        continue;
      }
      for (InstanceId i : placement_.groups()[unit.group].members) declare_export(i, block);
    }
  }

  void declare_export(InstanceId i, Block& block) const {
    if (!instance(i).exported) return;
    const Element type = element(i);
    Expression nothing = is_floating(type) ? literal(type, 0.0) : literal(type, std::int64_t{0});
    block.statements.push_back(
        {Declare{type, names_.of_instance[i], std::move(nothing), comment(i)}});
  }

  void return_from_sides(const Group& group, Block& block) const {
    const InstanceId member = group.members.front();
    const auto side = [&](std::size_t s) {
      const InstanceId value = placement_.operand(member, s + 1);
      const bool returns = value != kNowhere && forms_.of(value) == Form::Assigned &&
                           forms_.variable_of(value) == forms_.variable_of(member) &&
                           forms_.is_only_member(value);
      Block inner = region(group.sides[s], returns ? value : kNowhere);
      if (!returns) inner.statements.push_back({Return{operand(member, s + 1)}});
      return inner;
    };
    block.statements.push_back({Branch{operand(member, 0), side(0), {}}});
    for (Statement& s : side(1).statements) block.statements.push_back(std::move(s));
  }

  void add_branch(const Group& group, Block& block) const {
    for (RegionId side : group.sides) declare_exports(side, block);
    Branch branch{operand(group.members.front(), 0), region(group.sides[0]),
                  region(group.sides[1])};
    // Where the other side has nothing to compute, its constants are what the locals start with.
    bool constants = branch.when_false.statements.empty();
    for (InstanceId member : group.members) {
      constants = constants && is_declared_here(member) &&
                  terms_.kind(placement_.operand_node(member, 2)) == TermKind::Literal;
    }
    for (InstanceId member : group.members) {
      Declare declare{element(member), names_.of_instance[member], {}, comment(member)};
      assign(member, 1, branch.when_true);
      if (constants) {
        declare.value = operand(member, 2);
      } else {
        assign(member, 2, branch.when_false);
      }
      if (is_declared_here(member)) block.statements.push_back({std::move(declare)});
    }
    block.statements.push_back({std::move(branch)});
  }

  /// A branch that assigns the local of the branch around it needs none, unless that one returns.
  bool is_declared_here(InstanceId i) const {
    if (instance(i).exported) return false;
    const InstanceId variable = forms_.variable_of(i);
    return variable == i || variable == forms_.returning_branch();
  }

  void assign(InstanceId member, std::size_t side, Block& block) const {
    const InstanceId value = placement_.operand(member, side);
    if (value != kNowhere && forms_.of(value) == Form::Assigned && !is_declared_here(value)) {
      if (forms_.variable_of(value) == forms_.variable_of(member)) return;  // done inside
    }
    block.statements.push_back({Assign{{names_.of_instance[member], {}}, operand(member, side)}});
  }

  void store_outputs(Block& block) const {
    if (terms_.returns_object()) {
      block.statements.push_back({Declare{{}, names_.result, {}, ""}});
    }
    const Store* returned = nullptr;
    for (const Store& store : terms_.stores()) {
      if (store.returned && !terms_.returns_object()) {
        returned = &store;
        continue;
      }
      Place place = store.place;
      if (store.returned) place.root = names_.result;
      block.statements.push_back({Assign{std::move(place), value_of(store)}});
    }
    if (returned) block.statements.push_back({Return{value_of(*returned)}});
    if (terms_.returns_object()) {
      block.statements.push_back({Return{name(Element::Tuple, names_.result)}});
    }
  }

  Expression value_of(const Store& store) const {
    const InstanceId i = placement_.seen_from(store.value, kFunctionRegion);
    return i == kNowhere ? unplaced(store.value) : shown(i);
  }

  /// Where an instance is used: its name, or what it is.
  Expression shown(InstanceId i) const {
    return forms_.of(i) == Form::Inline ? spelled(i) : name(element(i), names_.of_instance[i]);
  }

  Expression operand(InstanceId i, std::size_t k) const {
    const InstanceId o = placement_.operand(i, k);
    return o == kNowhere ? unplaced(placement_.operand_node(i, k)) : shown(o);
  }

  Expression unplaced(NodeId node) const {
    const Graph& g = terms_.graph();
    const Element type = g.element(node);
    if (terms_.kind(node) == TermKind::Parameter) return element_of(node, {});
    return is_floating(type) ? literal(type, g.constant_value(node))
                             : literal(type, g.index_value(node));
  }

  /// Integers of other types become those in which all arithmetic on them is.
  Expression element_of(NodeId node, std::vector<Expression> subscripts) const {
    const Element type = terms_.graph().element(node);
    Expression e = read(type, terms_.place(node), std::move(subscripts));
    return terms_.is_other_integer(node) ? convert(type, std::move(e)) : e;
  }

  /// Whether parameters are right in their own types here: converted to a floating number, and
  /// compared, where they may be beyond long long, with each other or with a constant.
  bool keeps_types(InstanceId i) const {
    const NodeId node = instance(i).node;
    const Op op = terms_.op(node);
    if (op == Op::Convert) return is_floating(element(i));
    if (op_row(op).signature != Signature::Compare) return false;
    const NodeId x[] = {placement_.operand_node(i, 0), placement_.operand_node(i, 1)};
    const auto fits = [&](NodeId o) {
      return terms_.is_unsigned_64(o) || terms_.kind(o) == TermKind::Literal;
    };
    return fits(x[0]) && fits(x[1]);
  }

  /// What stands to the right of the `=`. The recursion stays inside one statement.
  Expression spelled(InstanceId i) const {
    const NodeId node = instance(i).node;
    std::vector<Expression> operands;
    const std::size_t count = terms_.operand_count(node);
    operands.reserve(count);
    for (std::size_t k = 0; k < count; ++k) operands.push_back(operand(i, k));
    switch (terms_.kind(node)) {
      case TermKind::Load:
        return element_of(node, std::move(operands));
      case TermKind::Branch:
        return chosen(std::move(operands));
      default:
        break;
    }
    const Op op = terms_.op(node);
    if (keeps_types(i)) {
      for (std::size_t k = 0; k < operands.size(); ++k) {
        const NodeId o = placement_.operand_node(i, k);
        if (terms_.kind(o) == TermKind::Parameter) {
          operands[k] = read(terms_.graph().element(o), terms_.place(o));
        }
      }
    }
    if (op == Op::Convert) return convert(element(i), std::move(operands[0]));
    if (!forms_.is_choice(i)) return apply(op, std::move(operands));
    // The first operand wins ties, as with std::min and std::max.
    const Expression& x = operands[0];
    const Expression& y = operands[1];
    return choose(op == Op::Min ? apply(Op::Lt, {y, x}) : apply(Op::Lt, {x, y}), y, x);
  }

  static Expression chosen(std::vector<Expression> o) {
    const auto is_bool = [](const Expression& e, bool value) {
      return e.kind == Expression::Kind::Literal && e.element == Element::Bool &&
             (e.integer != 0) == value;
    };
    if (is_bool(o[2], false)) return apply(Op::And, {std::move(o[0]), std::move(o[1])});
    if (is_bool(o[1], true)) return apply(Op::Or, {std::move(o[0]), std::move(o[2])});
    return choose(std::move(o[0]), std::move(o[1]), std::move(o[2]));
  }

  /// Derivatives say what they are; the author's locals say where they stand.
  std::string comment(InstanceId i) const {
    const Origin* origin = terms_.origin(instance(i).node);
    if (!origin) return "";
    if (!origin->meaning.empty()) return origin->meaning;
    if (!origin->where.known() || origin->where.file >= f_.files.size()) return "";
    const std::string& file = f_.files[origin->where.file];
    return fmt::format("{}:{}", file.substr(file.find_last_of('/') + 1), origin->where.line);
  }

  const Function& f_;
  const Terms terms_;
  const Placement placement_;
  const Forms forms_;
  const std::vector<std::vector<Unit>> statements_;
  const Names names_;
};

}  // namespace

Block schedule(const Function& f, const std::set<std::string>& foreign) {
  return Scheduler(f, foreign).run();
}

}  // namespace gradsmith
