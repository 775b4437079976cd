#include "emit/terms.hpp"

#include <algorithm>
#include <utility>

#include "ir/arrays.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

bool passed_by_value(const Parameter& p) {
  return p.spelling.before.find_first_of("&*") == std::string::npos && p.spelling.after.empty();
}

}  // namespace

Terms::Terms(const Function& f) {
  const auto table = std::make_shared<TermTable>(f);
  table_ = table;
  flatten_outputs(*table);
  std::vector<NodeId> roots = effects_;
  for (const Store& s : stores_) roots.push_back(s.value);
  table->classify(roots);
}

Terms Terms::inside(NodeId fold, std::vector<std::string> states) const {
  Terms body;
  body.table_ = table_;
  body.level_ = graph()[fold].level;
  body.loop_ = fold;
  body.around_ = this;
  body.states_ = std::move(states);
  const FoldParts parts = graph().fold_parts(fold);
  for (std::size_t k = 0; k < parts.nexts.size(); ++k) {
    const NodeId next = parts.nexts[k];
    if (!graph().is_scalar(next)) {
      body.effects_.push_back(next);
    } else if (graph().op(next) != Op::Bound || graph()[next].level != body.level_ ||
               graph().slot(next) != static_cast<int>(k) + 1) {
      body.stores_.push_back({false, {body.states_[k], {}}, next});
    }
  }
  return body;
}

const Terms& Terms::scope_with(int level) const {
  const Terms* scope = this;
  while (scope->level_ != level) {
    scope = scope->around_;
    GRADSMITH_CHECK(scope, "a variable of a loop of level {} stands outside it", level);
  }
  return *scope;
}

const std::string& Terms::state_name(NodeId variable) const {
  static const std::string none;
  const int slot = graph().slot(variable);
  return slot == 0
             ? none
             : scope_with(graph()[variable].level).states_[static_cast<std::size_t>(slot) - 1];
}

NodeId Terms::memory_of(NodeId array) const {
  const Terms* scope = this;
  const Graph& g = graph();
  for (;;) {
    while (g.op(array) == Op::At) array = g.operand(array, 0);
    array = first_version(g, array);
    if (g.op(array) == Op::At) continue;
    if (g.op(array) != Op::Bound) break;
    const Terms& owner = scope->scope_with(g[array].level);
    const auto state = static_cast<std::size_t>(g.slot(array)) - 1;
    array = g.fold_parts(owner.loop_).inits[state];
    scope = owner.around_;
  }
  GRADSMITH_CHECK(g.op(array) == Op::Input, "{} has no place in memory", op_name(g.op(array)));
  return array;
}

std::vector<NodeId> Terms::view_of(NodeId array) const {
  std::vector<NodeId> indices;
  table_->subscripts(array, indices);
  return indices;
}

bool Terms::may_alias(NodeId id) const {
  if (level_ != 0 || kind(id) != TermKind::Load || !is_floating(graph().element(id))) return false;
  const gradsmith::Parameter* p = parameter(id);
  return p && !passed_by_value(*p);
}

bool Terms::is_other_integer(NodeId id) const {
  const gradsmith::Parameter* p = parameter(id);
  if (graph().element(id) != Element::Index || !p) return false;
  std::string type = p->spelling.before;
  for (const std::string_view word : {"const", "&", "*", "(", " "}) {
    for (std::size_t at; (at = type.find(word)) != std::string::npos;) type.erase(at, word.size());
  }
  if (function().wide_integers)
    return type != "longlong" && !type.starts_with("std::array<longlong,");
  return type != "int" && !type.starts_with("std::array<int,");
}

bool Terms::is_unsigned_64(NodeId id) const {
  return kind(id) == TermKind::Parameter && table_->source(id)->leaf->unsigned_64;
}

std::string Terms::integer_type(const Output& output) const {
  const gradsmith::Parameter* p = output.root.empty() ? nullptr : function().parameter(output.root);
  if (!p && !output.root.empty()) return "";
  for (const Leaf& leaf : p ? p->leaves : function().result_leaves) {
    if (leaf.steps == output.steps) return leaf.integer_type;
  }
  return "";
}

std::string Terms::integer_type(NodeId memory) const {
  if (const TermTable::Source* from = table_->source(memory)) return from->leaf->integer_type;
  const int buffer = table_->buffer(memory);
  const int output = buffer < 0 ? -1 : function().buffers[static_cast<std::size_t>(buffer)].output;
  return output < 0 ? "" : integer_type(function().outputs[static_cast<std::size_t>(output)]);
}

const gradsmith::Parameter* Terms::parameter(NodeId id) const {
  const TermTable::Source* from = table_->source(memory_of(id));
  return from ? from->parameter : nullptr;
}

Place Terms::place(NodeId id) const {
  std::vector<NodeId> indices;
  table_->subscripts(id, indices);
  return place_in(memory_of(id), indices);
}

bool Terms::is_flat(NodeId memory) const {
  const int buffer = table_->buffer(memory);
  if (buffer < 0) return false;
  const Buffer& b = function().buffers[static_cast<std::size_t>(buffer)];
  if (b.output < 0) return false;
  const Output& own = function().outputs[static_cast<std::size_t>(b.output)];
  const auto subscripts = std::ranges::count_if(own.steps, &Step::is_subscript);
  if (static_cast<std::size_t>(subscripts) < graph().type_of(memory).extents.size()) return true;
  return std::ranges::any_of(function().outputs, [&](const Output& other) {
    return &other != &own && other.root == own.root && other.steps == own.steps;
  });
}

Place Terms::place_in(NodeId memory, const std::vector<NodeId>& indices) const {
  const Graph& g = graph();
  Place place;
  std::vector<Step> steps;
  if (const TermTable::Source* from = table_->source(memory)) {
    place.root = from->parameter->name;
    steps = from->leaf->steps;
  } else {
    const Buffer& buffer = function().buffers[static_cast<std::size_t>(table_->buffer(memory))];
    if (buffer.output >= 0) {
      const Output& output = function().outputs[static_cast<std::size_t>(buffer.output)];
      place.root = output.root;
      steps = output.steps;
    } else {
      place.root = g.input_name(memory);
      steps.assign(g.type_of(memory).extents.size(), Step{});
    }
  }
  std::size_t next = 0;
  int operand = 0;
  for (const Step& step : steps) {
    if (!step.is_subscript()) {
      place.path.push_back({step.field, 0, -1});
      continue;
    }
    GRADSMITH_CHECK(next < indices.size(), "{} has fewer subscripts than its type", place.root);
    if (is_flat(memory)) {  // one subscript, of which the caller makes an expression
      place.path.push_back({"", 0, 0});
      break;
    }
    const NodeId i = indices[next++];
    if (g.is_constant(i)) {
      place.path.push_back({"", g.index_value(i), -1});
    } else {
      place.path.push_back({"", 0, operand++, step.of_class});
    }
  }
  return place;
}

bool Terms::ends_trip(const ArrayConflict& conflict) const {
  if (loop_ == kNoNode || graph().op(conflict.version) != Op::Bound) return false;
  const FoldParts parts = graph().fold_parts(loop_);
  for (std::size_t k = 0; k < parts.nexts.size(); ++k) {
    if (!is_state(graph(), conflict.version, parts.level, k)) continue;
    return first_statement(graph(), parts.nexts[k], conflict.version) == conflict.statement;
  }
  return false;
}

}  // namespace gradsmith
