#include "emit/terms.hpp"

#include <fmt/format.h>

#include "support/check.hpp"

namespace gradsmith {
namespace {

bool passed_by_value(const Parameter& p) {
  return p.spelling.before.find_first_of("&*") == std::string::npos && p.spelling.after.empty();
}

}  // namespace

Terms::Terms(const Function& f) : function_(f), graph_(f.graph) {
  for (const gradsmith::Parameter& p : f.parameters) {
    for (const Leaf& leaf : p.leaves) {
      if (leaf.input != kNoNode) sources_.emplace(leaf.input, Source{&p, &leaf});
    }
  }
  flatten_outputs();
  std::vector<NodeId> roots;
  for (const Store& s : stores_) roots.push_back(s.value);
  kinds_.assign(graph_.size(), TermKind::Unused);
  speculable_.assign(graph_.size(), false);
  origins_.assign(graph_.size(), nullptr);
  for (NodeId id : reachable(graph_, roots)) {
    kinds_[id] = classify(id);
    bool speculable = kinds_[id] == TermKind::Literal || kinds_[id] == TermKind::Parameter;
    if (is_placed(id) && is_cheap(id)) {
      speculable = true;
      for (std::size_t k = 0; k < operand_count(id); ++k) {
        speculable = speculable && speculable_[operand(id, k)];
      }
    }
    speculable_[id] = speculable;
    if (is_placed(id)) origins_[id] = find_origin(id);
  }
}

TermKind Terms::classify(NodeId id) {
  const Op op = graph_.op(id);
  switch (op) {
    case Op::Constant:
      return TermKind::Literal;
    case Op::Input: {
      if (graph_.input_name(id).starts_with('?')) {
        throw Refusal(
            "gs-uninitialised",
            fmt::format("'{}' is read before it has a value", graph_.input_name(id).substr(1)),
            "give it a value where it is declared", function_.provenance.where(id));
      }
      const Source& from = source(id);
      if (!graph_.is_scalar(id)) return TermKind::Unused;
      return from.leaf->steps.empty() && passed_by_value(*from.parameter) ? TermKind::Parameter
                                                                          : TermKind::Load;
    }
    case Op::At: {
      NodeId base = id;
      while (graph_.op(base) == Op::At) base = graph_.operand(base, 0);
      if (graph_.op(base) != Op::Input) refuse_loop(id);
      return graph_.is_scalar(id) ? TermKind::Load : TermKind::Unused;
    }
    case Op::Convert:
      return TermKind::Operator;
    case Op::If: {
      if (!graph_.is_scalar(id)) refuse_loop(id);
      if (graph_.element(id) != Element::Bool) return TermKind::Branch;
      // c && a and c || b, where evaluating both sides is safe.
      const NodeId a = graph_.operand(id, 1);
      const NodeId b = graph_.operand(id, 2);
      if (graph_.is_constant(b, 0) && speculable_[a]) logic_[id] = Op::And;
      if (graph_.is_constant(a, 1) && speculable_[b]) logic_[id] = Op::Or;
      return logic_.contains(id) ? TermKind::Operator : TermKind::Branch;
    }
    default:
      if (!is_operator(op)) refuse_loop(id);
      return TermKind::Operator;
  }
}

const Origin* Terms::find_origin(NodeId id) const {
  const Origin* own = function_.provenance.named(id);
  if (own) return kinds_[id] == TermKind::Load && own->name == parameter(id).name ? nullptr : own;
  if (kinds_[id] != TermKind::Branch) return nullptr;
  const NodeId sides[] = {graph_.operand(id, 1), graph_.operand(id, 2)};
  for (int k = 0; k < 2; ++k) {
    const Origin* named = origins_[sides[k]];
    const Origin* other = origins_[sides[1 - k]];
    if (!named || !named->meaning.empty() || kinds_[sides[k]] == TermKind::Load) continue;
    if (other ? other->name == named->name : kinds_[sides[1 - k]] <= TermKind::Load) return named;
  }
  return nullptr;
}

void Terms::refuse_loop(NodeId id) const {
  throw Refusal("gs-loop-kept",
                fmt::format("a loop or array operation ({}) is left that cannot be written as "
                            "straight-line code yet",
                            op_name(graph_.op(id))),
                "give the loop bounds and the array subscripts that are constants",
                function_.provenance.where(id));
}

Op Terms::op(NodeId id) const {
  const auto found = logic_.find(id);
  return found == logic_.end() ? graph_.op(id) : found->second;
}

const Terms::Source& Terms::source(NodeId input) const {
  const auto found = sources_.find(input);
  GRADSMITH_CHECK(found != sources_.end(), "input {} of {} belongs to no parameter",
                  graph_.input_name(input), function_.name);
  return found->second;
}

NodeId Terms::subscripts(NodeId load, std::vector<NodeId>& indices) const {
  NodeId base = load;
  while (graph_.op(base) == Op::At) {
    const auto operands = graph_.operands(base);
    indices.insert(indices.begin(), operands.begin() + 1, operands.end());
    base = operands[0];
  }
  return base;
}

std::size_t Terms::operand_count(NodeId id) const {
  switch (kinds_[id]) {
    case TermKind::Operator:
      return logic_.contains(id) ? 2 : graph_.operands(id).size();
    case TermKind::Branch:
      return 3;
    case TermKind::Load: {
      std::vector<NodeId> indices;
      subscripts(id, indices);
      std::size_t count = 0;
      for (NodeId i : indices) count += graph_.is_constant(i) ? 0 : 1;
      return count;
    }
    default:
      return 0;
  }
}

NodeId Terms::operand(NodeId id, std::size_t k) const {
  if (kinds_[id] == TermKind::Load) {
    std::vector<NodeId> indices;
    subscripts(id, indices);
    for (NodeId i : indices) {
      if (!graph_.is_constant(i) && k-- == 0) return i;
    }
    GRADSMITH_CHECK(false, "no such subscript");
  }
  const bool either = k == 1 && op(id) == Op::Or && graph_.op(id) == Op::If;
  return graph_.operand(id, either ? 2 : k);
}

bool Terms::all_constant_subscripts(NodeId load) const {
  std::vector<NodeId> indices;
  const NodeId input = subscripts(load, indices);
  const Type& type = graph_.type_of(input);
  for (std::size_t k = 0; k < indices.size(); ++k) {
    if (!graph_.is_constant(indices[k]) || !graph_.is_constant(type.extents[k])) return false;
    const std::int64_t i = graph_.index_value(indices[k]);
    if (i < 0 || i >= graph_.index_value(type.extents[k])) return false;
  }
  return true;
}

bool Terms::is_cheap(NodeId id) const {
  if (kinds_[id] == TermKind::Load) return all_constant_subscripts(id);
  if (kinds_[id] != TermKind::Operator) return false;
  const Op operation = op(id);
  const Element element = graph_.element(id);
  if (operation == Op::Convert) {
    // A conversion to an integer is undefined where the number does not fit.
    return is_floating(element) && graph_.element(graph_.operand(id, 0)) != Element::F64;
  }
  // Integer arithmetic may overflow; fma is a slow call on machines without the instruction.
  return element != Element::Index && operation != Op::Fma && op_row(operation).cost == 1;
}

bool Terms::may_alias(NodeId id) const {
  return kinds_[id] == TermKind::Load && !passed_by_value(parameter(id)) &&
         is_floating(graph_.element(id));
}

bool Terms::is_other_integer(NodeId id) const {
  if (graph_.element(id) != Element::Index) return false;
  std::string type = parameter(id).spelling.before;
  for (const std::string_view word : {"const", "&", "*", "(", " "}) {
    for (std::size_t at; (at = type.find(word)) != std::string::npos;) type.erase(at, word.size());
  }
  if (function_.wide_integers)
    return type != "longlong" && !type.starts_with("std::array<longlong,");
  return type != "int" && !type.starts_with("std::array<int,");
}

bool Terms::is_unsigned_64(NodeId id) const {
  return kinds_[id] == TermKind::Parameter && source(id).leaf->unsigned_64;
}

const gradsmith::Parameter& Terms::parameter(NodeId id) const {
  std::vector<NodeId> indices;
  return *source(subscripts(id, indices)).parameter;
}

Place Terms::place(NodeId id) const {
  std::vector<NodeId> indices;
  const Source& from = source(subscripts(id, indices));
  Place place{from.parameter->name, {}};
  std::size_t next = 0;
  int operand = 0;
  for (const Step& step : from.leaf->steps) {
    if (!step.is_subscript()) {
      place.path.push_back({step.field, 0, -1});
      continue;
    }
    GRADSMITH_CHECK(next < indices.size(), "{} has fewer subscripts than its type",
                    from.parameter->name);
    const NodeId i = indices[next++];
    if (graph_.is_constant(i)) {
      place.path.push_back({"", graph_.index_value(i), -1});
    } else {
      place.path.push_back({"", 0, operand++});
    }
  }
  return place;
}

}  // namespace gradsmith
