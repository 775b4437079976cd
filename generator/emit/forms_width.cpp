#include <fmt/format.h>

#include <algorithm>

#include "emit/forms.hpp"

namespace gradsmith {
namespace {

// What remains of a line of 100 columns beside `const double name = `, `;` and a comment.
constexpr int kLongestExpression = 70;
constexpr int kUnknownName = 8;
// Shorter expressions are not worth a name when a line is split.
constexpr int kShortestSplit = 12;

int literal_width(const Graph& g, NodeId id) {
  if (!is_floating(g.element(id))) return 2;
  return std::max(3, static_cast<int>(fmt::format("{}", g.constant_value(id)).size()));
}

int place_width(const Place& place) {
  std::size_t width = place.root.size();
  for (const Access& a : place.path) width += a.field.empty() ? 3 : 1 + a.field.size();
  return static_cast<int>(width);
}

}  // namespace

/// Columns of `node` inside the expression of `i`, which it is an operand of.
int Forms::shown_width(InstanceId i, NodeId node) const {
  if (terms().kind(node) == TermKind::Literal) return literal_width(terms().graph(), node);
  const TermKind kind = terms().kind(node);
  if (kind == TermKind::Parameter) return place_width(terms().place(node));
  if (kind == TermKind::Variable || kind == TermKind::Result) return kUnknownName;
  if (kind == TermKind::Version) return 0;
  if (i == kNowhere) return 0;
  if (forms_[i] == Form::Inline) return width_[i];
  const Origin* origin = terms().origin(node);
  return origin ? static_cast<int>(origin->name.size()) : kUnknownName;
}

/// Columns of the element in `a[e] = a[e] + v`, which is written `a[e] += v`.
int Forms::repeated_width(InstanceId assignment) const {
  const InstanceId value = placement_.operand(assignment, 1);
  if (value == kNowhere || forms_[value] != Form::Inline) return 0;
  if (terms().kind(instance(value).node) != TermKind::Operator) return 0;
  const InstanceId first = placement_.operand(value, 0);
  if (first == kNowhere || forms_[first] != Form::Inline) return 0;
  if (terms().kind(instance(first).node) != TermKind::Load) return 0;
  std::vector<NodeId> indices;
  const NodeId array = terms().table().subscripts(instance(first).node, indices);
  return array == terms().graph().operand(instance(assignment).node, 3) ? width_[first] : 0;
}

int Forms::own_width(InstanceId i) const {
  const NodeId node = instance(i).node;
  if (forms_[i] == Form::Statement && terms().kind(node) == TermKind::Loop) return 0;
  int width = 0;
  for (std::size_t k = 0; k < placement_.operand_count(i); ++k) {
    width += shown_width(placement_.operand(i, k), placement_.operand_node(i, k));
  }
  if (terms().kind(node) == TermKind::Load) return width + place_width(terms().place(node));
  if (terms().kind(node) == TermKind::Assignment) return width + 8 - repeated_width(i);
  if (is_choice(i)) return 2 * width + 9;
  const Op op = terms().op(node);
  if (op == Op::Convert) return width + 21;
  const OpRow& row = op_row(op);
  const auto spelling = static_cast<int>(row.spelling.size());
  if (is_call(op)) return width + spelling + 7 + 2 * (row.operands - 1);  // std::name(a, b)
  for (std::size_t k = 0; k < placement_.operand_count(i); ++k) {
    width += needs_parentheses(row, placement_.operand(i, k), k) ? 2 : 0;
  }
  return row.operands == 1 ? width + spelling : width + spelling + 2;
}

bool Forms::needs_parentheses(const OpRow& row, InstanceId operand, std::size_t k) const {
  if (operand == kNowhere || forms_[operand] != Form::Inline) return false;
  const NodeId node = instance(operand).node;
  if (terms().kind(node) != TermKind::Operator || terms().op(node) == Op::Convert) return false;
  const int precedence = op_row(terms().op(node)).precedence;
  return precedence < row.precedence || (k > 0 && precedence == row.precedence);
}

bool Forms::is_element(InstanceId i) const {
  const NodeId node = instance(i).node;
  return terms().kind(node) == TermKind::Load && terms().operand_count(node) == 0;
}

/// Names the widest operands of expressions that would not fit a line, from the leaves upward.
void Forms::split_what_is_wide() {
  for (InstanceId i = 0; i < forms_.size(); ++i) {
    if (forms_[i] == Form::Assigned || terms().kind(instance(i).node) == TermKind::Loop) continue;
    width_[i] = own_width(i);
    while (width_[i] > kLongestExpression) {
      InstanceId widest = kNowhere;
      for (std::size_t k = 0; k < placement_.operand_count(i); ++k) {
        const InstanceId o = placement_.operand(i, k);
        if (o == kNowhere || forms_[o] != Form::Inline || width_[o] < kShortestSplit) continue;
        // A side of `c ? a : b` has no room for statements, and an element has a name already.
        if (instance(o).region != instance(i).region) continue;
        if (is_element(o)) continue;
        if (widest == kNowhere || width_[o] > width_[widest]) widest = o;
      }
      if (widest == kNowhere) break;
      forms_[widest] = Form::Defined;
      width_[i] = own_width(i);
    }
  }
}

/// Collects the loads inside the statement of `root` that an output could overwrite.
bool Forms::reads_memory(InstanceId root, std::vector<InstanceId>& loads) const {
  std::vector<InstanceId> stack{root};
  while (!stack.empty()) {
    const InstanceId i = stack.back();
    stack.pop_back();
    if (i == kNowhere || forms_[i] != Form::Inline) continue;
    if (terms().may_alias(instance(i).node)) loads.push_back(i);
    for (std::size_t k = 0; k < placement_.operand_count(i); ++k) {
      stack.push_back(placement_.operand(i, k));
    }
  }
  return !loads.empty();
}

/// An element that a statement is going to write over is read into a local, unless the statement
/// that uses it is the one that writes: `a[i] = a[i] + v`.
void Forms::read_before_overwriting() {
  for (InstanceId i = 0; i < forms_.size(); ++i) {
    const NodeId load = instance(i).node;
    if (forms_[i] != Form::Inline || terms().kind(load) != TermKind::Load) continue;
    const Op op = terms().graph().op(load);
    if (op != Op::At) continue;
    std::vector<NodeId> indices;
    const NodeId array = terms().table().subscripts(load, indices);
    if (!terms().table().is_overwritten(array)) continue;
    InstanceId user = user_[i];
    while (user != kNowhere && forms_[user] == Form::Inline) user = user_[user];
    const bool writes = user != kNowhere && uses_[i] == 1 &&
                        terms().kind(instance(user).node) == TermKind::Assignment &&
                        terms().graph().operand(instance(user).node, 3) == array &&
                        instance(user).region == instance(i).region;
    if (writes) continue;
    // A side of `c ? a : b` has no room for a local: there the whole is one.
    const InstanceId named = choice_around(i);
    if (forms_[named] == Form::Inline) forms_[named] = Form::Defined;
  }
}

InstanceId Forms::choice_around(InstanceId i) const {
  for (;;) {
    const GroupId group = placement_.regions()[instance(i).region].group;
    if (group == kNowhere || !conditional_[group] || user_[i] == kNowhere) return i;
    i = user_[i];
  }
}

/// Nothing is read once an output has been written: outputs may share memory with arguments.
void Forms::read_before_writing() {
  const std::vector<Store>& stores = terms().stores();
  if (terms().loop() != kNoNode) return;  // the variables of a loop share no memory
  std::vector<NodeId> late;
  bool written = false;
  for (const Store& s : stores) {
    if (s.returned && !terms().returns_object()) continue;
    if (written) late.push_back(s.value);
    written = written || !s.returned;
  }
  for (const Store& s : stores) {
    if (written && s.returned && !terms().returns_object()) late.push_back(s.value);
  }
  for (NodeId value : late) {
    const InstanceId root = placement_.seen_from(value, kFunctionRegion);
    std::vector<InstanceId> loads;
    if (root == kNowhere || !reads_memory(root, loads)) continue;
    if (is_choice(root)) {
      forms_[root] = Form::Defined;
      continue;
    }
    for (InstanceId load : loads) forms_[choice_around(load)] = Form::Defined;
  }
}

}  // namespace gradsmith
