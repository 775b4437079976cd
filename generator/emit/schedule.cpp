#include "emit/schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "emit/array_contents.hpp"
#include "emit/direct_assignments.hpp"
#include "emit/early_stores.hpp"
#include "emit/empty_sides.hpp"
#include "emit/leave_loops.hpp"
#include "emit/names.hpp"
#include "emit/unused_locals.hpp"
#include "emit/zero_fill.hpp"
#include "ir/arrays.hpp"
#include "ir/ending_state.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

/// The statements of one scope: the function's, or a loop's body.
class Scheduler {
 public:
  /// By Fold: the states that end loops.
  using Endings = std::unordered_map<NodeId, std::size_t>;

  Scheduler(Terms terms, const Endings& endings, std::set<std::string> foreign,
            const Scheduler* around = nullptr, RegionId region_around = kFunctionRegion)
      : terms_(std::move(terms)),
        endings_(endings),
        f_(terms_.function()),
        placement_(terms_),
        forms_(placement_),
        statements_(order_statements(placement_, forms_)),
        names_(choose_names(placement_, forms_, statements_, foreign)),
        taken_(std::move(foreign)),
        around_(around),
        region_around_(region_around) {
    require_contents(placement_, forms_, statements_);
    if (has_loops()) names_.collect(taken_);
  }

  Block function() {
    const InstanceId returning = forms_.returning_branch();
    Block block;
    for (const Parameter& p : f_.parameters) taken_.insert(p.name);
    declare_strides(block);
    declare_buffers(block);
    if (terms_.returns_object() && !terms_.effects().empty()) {
      block.statements.push_back({Declare{{}, names_.result, {}, ""}});
    }
    block.statements.reserve(block.statements.size() + statements_[kFunctionRegion].size() +
                             terms_.stores().size() + 1);
    add_region(kFunctionRegion, returning, block);
    if (returning == kNowhere) store_outputs(block);
    const bool loops = std::ranges::any_of(
        block.statements, [](const Statement& s) { return std::holds_alternative<Loop>(s.is); });
    if (loops) {
      drop_unused_locals(block);
      drop_empty_sides(block);
      assign_directly(block);
    }
    drop_unused_memory(block);
    if (loops || !terms_.effects().empty()) return block;  // memory is in use all the time
    std::set<std::string> taken{f_.name};
    for (const Parameter& p : f_.parameters) taken.insert(p.name);
    fill_zeros(block, std::move(taken));
    store_early(block);
    return block;
  }

  /// The body of a loop whose index has that name.
  Block body(const std::string& index) {
    index_ = index;
    Block block;
    add_region(kFunctionRegion, kNowhere, block);
    carry_on(block);
    return block;
  }

 private:
  /// Only what is inside a loop chooses names when others have been chosen.
  bool has_loops() const {
    return terms_.loop() != kNoNode ||
           std::ranges::any_of(placement_.instances(), [&](const Instance& i) {
             return terms_.kind(i.node) == TermKind::Loop;
           });
  }
  const Graph& graph() const { return terms_.graph(); }
  const Instance& instance(InstanceId i) const { return placement_.instances()[i]; }
  Element element(InstanceId i) const { return graph().element(instance(i).node); }

  /// Recursion follows the nesting of branches and loops only. Where a region ends with the branch
  /// that is the value to return, `returning`, its sides return it.
  Block region(RegionId id, InstanceId returning = kNowhere) const {
    Block block;
    add_region(id, returning, block);
    return block;
  }

  void add_region(RegionId id, InstanceId returning, Block& block) const {
    block.statements.reserve(block.statements.size() + statements_[id].size());
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
  }

  void define(InstanceId i, Block& block) const {
    const TermKind kind = terms_.kind(instance(i).node);
    if (kind == TermKind::Loop) return add_loop(i, block);
    if (kind == TermKind::Assignment) return assign_element(i, block);
    const std::string& local = names_.of_instance[i];
    auto& is = block.statements.emplace_back().is;
    if (forms_.of(i) == Form::Exported) {
      is = Assign{{local, {}}, spelled(i)};
    } else {
      is.emplace<Define>(local, spelled(i), comment(i));
    }
  }

  void add_loop(InstanceId i, Block& block) const {
    const NodeId loop = instance(i).node;
    const RegionId here = instance(i).region;
    const FoldParts parts = graph().fold_parts(loop);
    const std::vector<std::string>& states = names_.of_states.at(i);
    for (std::size_t k = 0; k < states.size(); ++k) {
      if (states[k].empty()) continue;
      Expression init = seen(parts.inits[k], here);
      if (instance(i).exported) {
        block.statements.push_back({Assign{{states[k], {}}, std::move(init)}});
      } else {
        block.statements.push_back(
            {Declare{graph().element(parts.inits[k]), states[k], std::move(init), ""}});
      }
    }
    std::set<std::string> taken = taken_;
    const std::string index = index_name(parts.range, taken);
    taken.insert(index);
    Scheduler inner(terms_.inside(loop, states), endings_, std::move(taken), this, here);
    std::string until;
    if (const auto ending = endings_.find(loop); ending != endings_.end()) {
      until = states[ending->second];
      GRADSMITH_CHECK(!until.empty(), "a loop's last trip is not known");
    }
    const std::int64_t step = graph().index_value(parts.range.step);
    block.statements.push_back(
        {Loop{index, seen(parts.range.begin, here), seen(parts.range.end, here), step,
              inner.body(index), direction(loop), until}});
  }

  /// Why a loop runs backwards that the author did not write so.
  std::string direction(NodeId loop) const {
    const FoldParts parts = graph().fold_parts(loop);
    const bool authors = std::ranges::any_of(f_.index_names, [&](const IndexName& n) {
      return n.range.begin == parts.range.begin && n.range.end == parts.range.end;
    });
    const bool backwards = graph().index_value(parts.range.step) < 0;
    return backwards && !authors ? "Backwards: what a trip hands on gets its adjoint after it."
                                 : "";
  }

  /// What the author calls the index of such loops, or the next of i, j, k.
  std::string index_name(const Range& range, const std::set<std::string>& taken) const {
    for (const IndexName& n : f_.index_names) {
      const bool same = n.range.begin == range.begin && n.range.end == range.end;
      if (same && !taken.contains(n.name)) return n.name;
    }
    for (const char* letter : {"i", "j", "k", "l", "m", "n"}) {
      if (!taken.contains(letter)) return letter;
    }
    for (int number = 1;; ++number) {
      const std::string name = fmt::format("i_{}", number);
      if (!taken.contains(name)) return name;
    }
  }

  void assign_element(InstanceId i, Block& block) const {
    const NodeId write = instance(i).node;
    const auto o = graph().operands(write);
    const std::vector<NodeId> indices(o.begin() + 5, o.end());
    const NodeId memory = terms_.memory_of(write);
    Assign assign;
    std::vector<Expression> subscripts;
    for (NodeId index : indices) subscripts.push_back(seen(index, instance(i).region));
    const Expression target = element_in(memory, indices, std::move(subscripts));
    assign.place = target.place;
    assign.subscripts = target.operands;
    assign.value = operand(i, 1);
    if (target.element != assign.value.element) {
      assign.value = convert(target.element, std::move(assign.value));
    }
    assign.value = as_integer(terms_.integer_type(memory), std::move(assign.value));
    shorten(assign, target);
    block.statements.push_back({std::move(assign)});
  }

  /// `x = x + v` as `x += v`.
  static void shorten(Assign& assign, const Expression& target) {
    const Expression& v = assign.value;
    const bool arithmetic = v.is_apply(Op::Add) || v.is_apply(Op::Sub) || v.is_apply(Op::Mul);
    if (!arithmetic || v.operands.size() != 2 || !(v.operands[0] == target)) return;
    assign.with = v.op;
    Expression rest = v.operands[1];
    assign.value = std::move(rest);
  }

  /// What the loop carries gets its values for the next trip. None is written while another one
  /// still needs it.
  void carry_on(Block& block) const {
    std::vector<Assign> open;
    for (const Store& s : terms_.stores()) {
      const InstanceId i = placement_.seen_from(s.value, kFunctionRegion);
      const bool here = i != kNowhere && forms_.of(i) == Form::Inline;
      open.push_back({s.place, seen(s.value, kFunctionRegion), here ? comment(i) : ""});
    }
    int kept = 0;
    std::set<std::string> held;  // places whose new value has a name
    while (!open.empty()) {
      const auto is_free = [&](const Assign& a) {
        return std::ranges::none_of(open, [&](const Assign& other) {
          return &other != &a && mentions(other.value, a.place.root);
        });
      };
      auto next = std::ranges::find_if(open, is_free);
      if (next == open.end()) {
        next = std::ranges::find_if(open,
                                    [&](const Assign& a) { return !held.contains(a.place.root); });
        held.insert(next->place.root);
        std::string local;
        do {
          local = fmt::format("{}_{}", next->place.root, ++kept + 1);
        } while (taken_.contains(local));
        block.statements.push_back({Define{local, next->value, ""}});
        next->value = name(next->value.element, local);
        continue;
      }
      shorten(*next, name(next->value.element, next->place.root));
      block.statements.push_back({std::move(*next)});
      open.erase(next);
    }
  }

  /// The lengths of rows of arrays that lie row-major, where they are more than a number or a
  /// product.
  void declare_strides(Block& block) {
    for (const Buffer& b : f_.buffers) {
      const std::vector<NodeId> extents = graph().type_of(b.input).extents;
      for (std::size_t k = 1; k < extents.size(); ++k) {
        const NodeId e = extents[k];
        const auto operands = graph().operands(e);
        const bool plain =
            operands.empty() ||
            (graph().op(e) == Op::Mul &&
             std::ranges::all_of(operands, [&](NodeId o) { return graph().operands(o).empty(); }));
        if (plain || strides_.contains(e)) continue;
        std::string local = "stride";
        for (int number = 2; taken_.contains(local); ++number) {
          local = fmt::format("stride_{}", number);
        }
        block.statements.push_back({Define{local, index_expression(e), ""}});
        taken_.insert(local);
        strides_.emplace(e, local);
      }
    }
  }

  void declare_buffers(Block& block) const {
    std::string before = f_.workspace;
    std::vector<Expression> offset;  // from the one before
    for (std::size_t k = 0; k < f_.buffers.size(); ++k) {
      const Buffer& b = f_.buffers[k];
      if (b.output >= 0) continue;
      const std::string& local = names_.of_buffer[k];
      if (!is_in_workspace(graph(), b)) {
        block.statements.push_back({DeclareArray{graph().element(b.input), local,
                                                 graph().constant_extents(graph()[b.input].type)}});
        continue;
      }
      GRADSMITH_CHECK(!f_.workspace.empty(), "an array of {} has no workspace", f_.name);
      block.statements.push_back({Slice{local, before, offset}});
      before = local;
      offset = {elements_of(b)};
    }
  }

  /// Memory that no statement mentions: what a loop could have gone through, had it not turned out
  /// that nobody asks for it.
  void drop_unused_memory(Block& block) const {
    const auto is_mentioned = [&](const std::string& name) {
      return std::ranges::any_of(block.statements, [&](const Statement& s) {
        bool found = false;
        visit_roots(s, [&](const std::string& root) { found = found || root == name; });
        return found;
      });
    };
    for (std::size_t k = block.statements.size(); k-- > 0;) {
      const Statement& s = block.statements[k];
      const auto* array = std::get_if<DeclareArray>(&s.is);
      const auto* slice = std::get_if<Slice>(&s.is);
      const auto* define = std::get_if<Define>(&s.is);
      const bool stride = define && std::ranges::any_of(strides_, [&](const auto& known) {
                            return known.second == define->name;
                          });
      if (!array && !slice && !stride) continue;
      if (is_mentioned(array ? array->name : slice ? slice->name : define->name)) continue;
      block.statements.erase(block.statements.begin() + static_cast<std::ptrdiff_t>(k));
    }
  }

  Expression elements_of(const Buffer& b) const {
    Expression size;
    bool first = true;
    for (NodeId e : graph().type_of(b.input).extents) {
      Expression extent = index_expression(e);
      if (may_be_negative(graph(), e)) {  // as in the workspace's length
        const Expression zero = literal(Element::Index, std::int64_t{0});
        extent = choose(apply(Op::Lt, {extent, zero}), zero, extent);
      }
      size = first ? std::move(extent) : apply(Op::Mul, {std::move(size), std::move(extent)});
      first = false;
    }
    return size;
  }

  /// Lengths that the function's accesses do not tell stand in types; no loop can run over them.
  void require_known(NodeId node) const {
    if (graph().op(node) != Op::Input || terms_.kind(node) != TermKind::Unused) return;
    const std::string& name = graph().input_name(node);
    throw Refusal("gs-unknown-length",
                  fmt::format("how long '{}' is does not follow from the loops over it",
                              name.substr(0, name.find('['))),
                  fmt::format("say it: --length={}=...", name.substr(0, name.find('['))), f_.where);
  }

  /// An extent: integer arithmetic on the function's parameters.
  Expression index_expression(NodeId node) const {
    const auto& strides = function_scope().strides_;
    if (const auto known = strides.find(node); known != strides.end()) {
      return name(Element::Index, known->second);
    }
    require_known(node);
    if (graph().is_constant(node)) return literal(Element::Index, graph().index_value(node));
    const Op op = graph().op(node);
    if (op == Op::Input) return element_of(node, {});
    const auto parts = graph().operands(node);
    std::vector<Expression> operands;
    for (NodeId o : op == Op::At ? parts.subspan(1) : parts) {
      operands.push_back(index_expression(o));
    }
    if (op == Op::At) return element_of(node, std::move(operands));
    if (op == Op::If) return choose(operands[0], operands[1], operands[2]);
    if (op == Op::Convert) return convert(graph().element(node), std::move(operands[0]));
    GRADSMITH_CHECK(is_operator(op), "an extent with {}", op_name(op));
    if (op != Op::Min && op != Op::Max) return apply(op, std::move(operands));
    const Expression& x = operands[0];
    const Expression& y = operands[1];
    return choose(op == Op::Min ? apply(Op::Lt, {y, x}) : apply(Op::Lt, {x, y}), y, x);
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
    if (terms_.kind(instance(i).node) == TermKind::Loop) {
      const FoldParts parts = graph().fold_parts(instance(i).node);
      const std::vector<std::string>& states = names_.of_states.at(i);
      for (std::size_t k = 0; k < states.size(); ++k) {
        if (states[k].empty()) continue;
        const Element type = graph().element(parts.inits[k]);
        block.statements.push_back(
            {Declare{type, states[k],
                     is_floating(type) ? literal(type, 0.0) : literal(type, std::int64_t{0}), ""}});
      }
      return;
    }
    if (!graph().is_scalar(instance(i).node)) return;  // an array has its place
    if (terms_.kind(instance(i).node) == TermKind::Assignment) return;
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
                  terms_.kind(placement_.operand_node(member, 2)) == TermKind::Literal &&
                  graph().is_scalar(instance(member).node);
    }
    for (InstanceId member : group.members) {
      if (!graph().is_scalar(instance(member).node)) continue;  // both sides have one place
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
    if (terms_.returns_object() && terms_.effects().empty()) {
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
    return as_integer(store.integer_type, seen(store.value, kFunctionRegion));
  }

  /// An integer where it is written to memory of that type. Literals fit, but for those of
  /// enumerations; wider types take what there is.
  Expression as_integer(const std::string& type, Expression e) const {
    if (type.empty() || e.element != Element::Index) return e;
    const bool wide = f_.wide_integers;
    if (type == "long long" || (!wide && (type == "int" || type == "long"))) return e;
    const bool builtin = type == "int" || type == "long" || type == "short" ||
                         type.ends_with("char") || type.starts_with("unsigned");
    if (builtin && e.kind == Expression::Kind::Literal) return e;
    return convert(type, std::move(e));
  }

  /// Where an instance is used: its name, or what it is.
  Expression shown(InstanceId i) const {
    return forms_.of(i) == Form::Inline ? spelled(i) : name(element(i), names_.of_instance[i]);
  }

  Expression operand(InstanceId i, std::size_t k) const {
    return seen(placement_.operand_node(i, k), placement_.region_of_operand(i, k));
  }

  /// A number where it is used, in a region of this scope or of one inside.
  Expression seen(NodeId user_sees, RegionId region) const {
    const NodeId node = placement_.resolve(user_sees, region);
    require_known(node);
    const Element type = graph().element(node);
    switch (terms_.kind(node)) {
      case TermKind::Literal:
        return is_floating(type) ? literal(type, graph().constant_value(node))
                                 : literal(type, graph().index_value(node));
      case TermKind::Parameter:
        return element_of(node, {});
      case TermKind::Variable:
        if (graph().slot(node) == 0) return name(type, index_of(graph()[node].level));
        return name(type, terms_.state_name(node));
      default:
        break;
    }
    const NodeId carrier = terms_.carrier(node);
    if (terms_.is_outside(carrier)) return around_->seen(node, region_around_);
    const InstanceId i = placement_.seen_from(node, region);
    if (terms_.kind(node) != TermKind::Result) return shown(i);
    return name(type, names_.of_states.at(i)[static_cast<std::size_t>(graph().slot(node))]);
  }

  const std::string& index_of(int level) const {
    const Scheduler* scope = this;
    while (scope->terms_.level() != level) scope = scope->around_;
    return scope->index_;
  }

  /// Integers of other types become those in which all arithmetic on them is.
  Expression element_of(NodeId node, std::vector<Expression> subscripts) const {
    const Element type = terms_.graph().element(node);
    Expression e = element_in(terms_.memory_of(node), terms_.view_of(node), std::move(subscripts));
    const bool converted = e.element != type || terms_.is_other_integer(node);
    return converted ? convert(type, std::move(e)) : e;
  }

  /// An element of an array, as it lies in memory; `subscripts` are all of them or those that are
  /// not constant.
  Expression element_in(NodeId memory, const std::vector<NodeId>& indices,
                        std::vector<Expression> subscripts) const {
    Place place = terms_.place_in(memory, indices);
    if (subscripts.size() == indices.size()) {
      std::size_t k = 0;
      std::erase_if(subscripts,
                    [&](const Expression&) { return graph().is_constant(indices[k++]); });
    }
    const int buffer = terms_.table().buffer(memory);
    if (buffer < 0) return read(graph().element(memory), std::move(place), std::move(subscripts));
    const Buffer& b = f_.buffers[static_cast<std::size_t>(buffer)];
    const bool flat = terms_.is_flat(memory);
    if (b.output < 0) {
      place.root = function_scope().names_.of_buffer[static_cast<std::size_t>(buffer)];
    } else if (place.root.empty()) {
      place.root = function_scope().names_.result;
    }
    if (!flat && (b.output >= 0 || !is_in_workspace(graph(), b))) {
      return read(graph().element(memory), std::move(place), std::move(subscripts));
    }
    Expression element = row_major(memory, indices, std::move(subscripts));
    if (flat) {
      element = behind_those_before(b.output, std::move(element));
      return read(graph().element(memory), std::move(place), {std::move(element)});
    }
    return read(Element::F64, {place.root, {{"", 0, 0}}}, {std::move(element)});
  }

  /// Where an element of an array is that lies row-major; `subscripts` are those that are not
  /// constant.
  Expression row_major(NodeId memory, const std::vector<NodeId>& indices,
                       std::vector<Expression> subscripts) const {
    const std::vector<NodeId> extents = graph().type_of(memory).extents;
    Expression flat;
    bool nothing = true;  // so far all subscripts are 0
    std::size_t next = 0;
    for (std::size_t k = 0; k < indices.size(); ++k) {
      const bool zero = graph().is_constant(indices[k], 0);
      Expression at = graph().is_constant(indices[k])
                          ? literal(Element::Index, graph().index_value(indices[k]))
                          : subscripts[next++];
      if (nothing) {
        flat = std::move(at);
      } else {
        flat = apply(Op::Mul, {std::move(flat), index_expression(extents[k])});
        if (!zero) flat = apply(Op::Add, {std::move(flat), std::move(at)});
      }
      nothing = nothing && zero;
    }
    return flat;
  }

  /// Flat outputs of one parameter follow one another.
  Expression behind_those_before(int output, Expression element) const {
    const Output& own = f_.outputs[static_cast<std::size_t>(output)];
    for (const Buffer& b : f_.buffers) {
      if (b.output < 0 || b.output >= output) continue;
      const Output& other = f_.outputs[static_cast<std::size_t>(b.output)];
      if (other.root != own.root || other.steps != own.steps) continue;
      element = apply(Op::Add, {elements_of(b), std::move(element)});
    }
    return element;
  }

  const Scheduler& function_scope() const {
    const Scheduler* scope = this;
    while (scope->around_) scope = scope->around_;
    return *scope;
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
    const std::size_t count = placement_.operand_count(i);
    operands.reserve(count);
    for (std::size_t k = 0; k < count; ++k) {
      const bool array = !graph().is_scalar(placement_.operand_node(i, k));
      operands.push_back(array ? Expression{} : operand(i, k));
    }
    switch (terms_.kind(node)) {
      case TermKind::Load: {
        // The array itself is the last operand where it is no parameter.
        std::vector<NodeId> indices = terms_.view_of(node);
        std::erase_if(indices, [&](NodeId index) { return graph().is_constant(index); });
        operands.resize(indices.size());
        return element_of(node, std::move(operands));
      }
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

  const Terms terms_;
  const Endings& endings_;
  const Function& f_;
  const Placement placement_;
  const Forms forms_;
  const std::vector<std::vector<Unit>> statements_;
  const Names names_;
  std::unordered_map<NodeId, std::string> strides_;  // by extent; in the function's scope
  std::set<std::string> taken_;                      // names of this scope and of those around
  const Scheduler* around_;
  RegionId region_around_;  // of the loop, in the scope around
  std::string index_;
};

}  // namespace

Block schedule(const Function& f, const std::set<std::string>& foreign) {
  if (!may_leave_loops(f)) return Scheduler(Terms(f), {}, foreign).function();
  const LeftEarly left = leave_loops(f);
  try {
    return Scheduler(Terms(left.function), left.until, foreign).function();
  } catch (const ArrayOrderRefusal& refusal) {
    const ArrayConflict& found = refusal.conflict();
    throw ArrayOrderRefusal({left.before(found.statement), left.before(found.version)},
                            refusal.where());
  }
}

std::optional<ArrayConflict> find_array_conflict(Function f) {
  if (f.workspace.empty()) f.workspace = "work";
  try {
    schedule(f);
    return {};
  } catch (const ArrayOrderRefusal& refusal) {
    return refusal.conflict();
  }
}

}  // namespace gradsmith
