#include "emit/forms.hpp"

#include <algorithm>

namespace gradsmith {
namespace {

bool has_one_name(const Origin* a, const Origin* b) { return a && b && a->name == b->name; }

}  // namespace

Op partner_of(Op op) {
  switch (op) {
    case Op::Sin:
      return Op::Cos;
    case Op::Cos:
      return Op::Sin;
    case Op::Sinh:
      return Op::Cosh;
    case Op::Cosh:
      return Op::Sinh;
    default:
      return Op::Constant;
  }
}

Forms::Forms(const Placement& placement)
    : placement_(placement),
      forms_(placement.instances().size(), Form::Inline),
      conditional_(placement.groups().size(), false),
      partnered_(forms_.size(), false),
      uses_(forms_.size(), 0),
      user_(forms_.size(), kNowhere),
      variable_(forms_.size(), kNowhere),
      width_(forms_.size(), 0) {
  find_conditional_expressions();
  find_partners();
  name_what_is_shared();
  share_variables();
  split_what_is_wide();
  read_before_writing();
  read_before_overwriting();
}

bool Forms::is_choice(InstanceId i) const {
  const Instance& at = instance(i);
  if (at.group != kNowhere) return conditional_[at.group];
  const NodeId node = at.node;
  return terms().kind(node) == TermKind::Operator &&
         (terms().op(node) == Op::Min || terms().op(node) == Op::Max);
}

/// A literal, a parameter, an element, or something that is computed outside the side. What lies
/// in the side is added to `content`.
bool Forms::is_leaf(NodeId node, RegionId seen_from, RegionId side, std::size_t& content) const {
  const InstanceId i = placement_.seen_from(node, seen_from);
  if (i == kNowhere || instance(i).region != side) return true;
  ++content;
  return is_element(i);
}

/// Whether all that a side computes are its branches' values, each one operator on leaves.
bool Forms::is_plain_side(GroupId g, std::size_t s) const {
  const Group& group = placement_.groups()[g];
  const RegionId side = group.sides[s];
  if (placement_.regions()[side].exports) return false;
  std::size_t content = 0;
  for (InstanceId member : group.members) {
    const NodeId value = placement_.operand_node(member, s + 1);
    std::size_t inside = 0;
    if (is_leaf(value, side, side, inside)) {
      content += inside;
      continue;
    }
    content += inside;
    const InstanceId i = placement_.seen_from(value, side);
    if (terms().kind(value) != TermKind::Operator || is_choice(i)) return false;
    const Origin* origin = terms().origin(value);
    const Origin* whole = terms().origin(instance(member).node);
    if (origin && !has_one_name(origin, whole)) return false;
    for (std::size_t k = 0; k < terms().operand_count(value); ++k) {
      if (!is_leaf(terms().operand(value, k), side, side, content)) return false;
    }
  }
  // Equal only if nothing in the side is used twice.
  return content == placement_.regions()[side].content;
}

void Forms::find_conditional_expressions() {
  for (GroupId g = 0; g < conditional_.size(); ++g) {
    const std::vector<InstanceId>& members = placement_.groups()[g].members;
    const bool numbers = std::ranges::all_of(
        members, [&](InstanceId i) { return terms().graph().is_scalar(instance(i).node); });
    conditional_[g] = numbers && members.size() <= 2 && is_plain_side(g, 0) && is_plain_side(g, 1);
  }
}

void Forms::find_partners() {
  std::unordered_map<std::uint64_t, InstanceId> calls;
  const auto key = [&](Op op, InstanceId i) {
    return (static_cast<std::uint64_t>(op) << 32) | terms().operand(instance(i).node, 0);
  };
  for (InstanceId i = 0; i < forms_.size(); ++i) {
    if (terms().kind(instance(i).node) != TermKind::Operator) continue;
    const Op op = terms().op(instance(i).node);
    if (partner_of(op) == Op::Constant) continue;
    const auto found = calls.find(key(partner_of(op), i));
    if (found != calls.end() && instance(found->second).region == instance(i).region) {
      partnered_[i] = partnered_[found->second] = true;
    }
    calls[key(op, i)] = i;
  }
}

bool Forms::same_name_as_user(InstanceId i) const {
  return user_[i] != kNowhere &&
         has_one_name(terms().origin(instance(i).node), terms().origin(instance(user_[i]).node));
}

Form Forms::form_of(InstanceId i) const {
  const Instance& at = instance(i);
  const TermKind kind = terms().kind(at.node);
  if (kind == TermKind::Loop || kind == TermKind::Assignment) return Form::Statement;
  if (at.group != kNowhere && !conditional_[at.group]) return Form::Assigned;
  if (at.exported) return Form::Exported;
  const Region& region = placement_.regions()[at.region];
  if (region.group != kNowhere && conditional_[region.group]) return Form::Inline;

  const bool shared = uses_[i] > 1;
  const bool feeds_store = user_[i] == kNowhere;
  if (terms().kind(at.node) == TermKind::Load) {
    const bool element = !terms().place(at.node).path.empty();
    return shared && element ? Form::Defined : Form::Inline;
  }
  const bool negation =
      terms().kind(at.node) == TermKind::Operator && terms().op(at.node) == Op::Neg;
  const NodeId negated = negation ? placement_.operand_node(i, 0) : at.node;
  const bool trivial = negation && terms().kind(negated) <= TermKind::Load;
  if (trivial) return Form::Inline;
  if (shared || partnered_[i]) return Form::Defined;
  if (const Origin* origin = terms().origin(at.node)) {
    const bool derived = !origin->meaning.empty();
    // What a loop carries has a name.
    if (feeds_store && terms().loop() != kNoNode) return Form::Inline;
    // An adjoint that is itself the output, and the steps of one accumulation, read better whole.
    return (derived && feeds_store) || same_name_as_user(i) ? Form::Inline : Form::Defined;
  }
  if (!is_choice(i) || feeds_store) return Form::Inline;
  const Instance& user = instance(user_[i]);
  return user.group != kNowhere && !conditional_[user.group] ? Form::Inline : Form::Defined;
}

void Forms::name_what_is_shared() {
  for (const Store& s : terms().stores()) {
    const InstanceId i = placement_.seen_from(s.value, kFunctionRegion);
    if (i != kNowhere) ++uses_[i];
  }
  for (InstanceId i = static_cast<InstanceId>(forms_.size()); i-- > 0;) {
    const Instance& at = instance(i);
    forms_[i] = form_of(i);
    const bool twice = is_choice(i) && at.group == kNowhere;  // y < x ? y : x
    std::uint32_t spelled = (forms_[i] == Form::Inline ? uses_[i] : 1) * (twice ? 2 : 1);
    const bool loop = terms().kind(at.node) == TermKind::Loop;
    for (std::size_t k = 0; k < placement_.operand_count(i); ++k) {
      const InstanceId o = placement_.operand(i, k);
      if (o == kNowhere) continue;
      // All branches of one `if` share its condition.
      const bool first = k > 0 || forms_[i] != Form::Assigned ||
                         placement_.groups()[at.group].members.front() == i;
      // What a loop's body mentions is needed in every trip.
      if (loop) spelled = k < terms().graph().outside_operands(at.node) ? 1 : 2;
      uses_[o] += first ? spelled : 0;
      user_[o] = i;
    }
  }
}

void Forms::share_variables() {
  const Provenance& provenance = terms().function().provenance;
  for (InstanceId i = static_cast<InstanceId>(forms_.size()); i-- > 0;) {
    if (forms_[i] != Form::Assigned) continue;
    variable_[i] = i;
    const bool unnamed = !provenance.named(instance(i).node) || same_name_as_user(i);
    if (uses_[i] != 1 || instance(i).exported || !unnamed) continue;
    const InstanceId user = user_[i];
    if (user == kNowhere) {
      const std::vector<Store>& stores = terms().stores();
      const bool alone = stores.size() == 1 && stores[0].returned && !terms().returns_object() &&
                         terms().effects().empty() && terms().loop() == kNoNode;
      if (alone && is_only_member(i) && !provenance.named(instance(i).node)) returning_ = i;
      continue;
    }
    if (forms_[user] != Form::Assigned) continue;
    const auto& sides = placement_.groups()[instance(user).group].sides;
    if (instance(i).region == sides[0] || instance(i).region == sides[1]) {
      variable_[i] = variable_[user];
    }
  }
}

}  // namespace gradsmith
