#include "emit/term_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ir/arrays.hpp"
#include "ir/certain_loads.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

bool passed_by_value(const Parameter& p) {
  return p.spelling.before.find_first_of("&*") == std::string::npos && p.spelling.after.empty();
}

}  // namespace

TermTable::TermTable(const Function& f) : function_(f), graph_(f.graph), mentions_(graph_) {
  for (const gradsmith::Parameter& p : f.parameters) {
    for (const Leaf& leaf : p.leaves) {
      if (leaf.input != kNoNode) sources_.emplace(leaf.input, Source{&p, &leaf});
    }
  }
  for (std::size_t k = 0; k < f.buffers.size(); ++k) {
    buffers_.emplace(f.buffers[k].input, static_cast<int>(k));
  }
}

void TermTable::classify(const std::vector<NodeId>& roots) {
  kinds_.assign(graph_.size(), TermKind::Unused);
  speculable_.assign(graph_.size(), false);
  origins_.assign(graph_.size(), nullptr);
  overwritten_.assign(graph_.size(), false);
  const std::vector<NodeId> live = reachable(graph_, roots);
  LoadCertainty certainty = certainty_of_loads(function_, graph_, roots);
  own_loads_ = std::move(certainty.own);
  safe_where_ = std::move(certainty.where);
  // Where a loop makes no trip a divisor may be zero, and dividing by it ends the program.
  may_fail_ = std::move(certainty.uncertain);
  for (NodeId id : live) {
    if (divides_by_unknown(graph_, id)) may_fail_.insert(id);
  }
  for (NodeId id : live) {
    kinds_[id] = kind_of(id);
    bool speculable = kinds_[id] >= TermKind::Literal && kinds_[id] <= TermKind::Variable;
    if (kinds_[id] >= TermKind::Load && is_cheap(id) && !may_fail(id)) {
      speculable = true;
      for (std::size_t k = 0; k < operand_count(id); ++k) {
        speculable = speculable && speculable_[operand(id, k)];
      }
    }
    speculable_[id] = speculable;
    if (kinds_[id] == TermKind::Loop) {
      mentioned_[id] = mentions_.of(id).nodes;
      std::erase_if(mentioned_[id], [&](NodeId m) { return kinds_[m] <= TermKind::Parameter; });
    }
    if (kinds_[id] == TermKind::Result) results_[graph_.operand(id, 0)].push_back(id);
    for (NodeId version : overwrites(id)) overwritten_[version] = true;
    if (kinds_[id] >= TermKind::Result) origins_[id] = find_origin(id);
  }
  find_what_stays(live, roots);
}

void TermTable::find_what_stays(const std::vector<NodeId>& live, const std::vector<NodeId>& roots) {
  stays_at_use_.assign(graph_.size(), false);
  if (may_fail_.empty()) return;
  const std::unordered_set<NodeId> needed = needed_in_own_scope(graph_, live, roots);
  for (NodeId id : live) {
    const TermKind kind = kinds_[id];
    if (kind == TermKind::Result) {
      stays_at_use_[id] = stays_at_use_[graph_.operand(id, 0)];
    } else if (!needed.contains(id)) {
      stays_at_use_[id] = may_stay(id) && (may_fail(id) || has_what_stays(id));
    }
    if (stays_at_use_[id] && !may_fail(id)) note_condition(id);
    if (kind != TermKind::Loop) continue;
    // What stays inside is no longer needed before the loop, but what it is made of may be.
    std::vector<NodeId>& mentioned = mentioned_[id];
    std::vector<NodeId> before;
    std::unordered_set<NodeId> seen;
    while (!mentioned.empty()) {
      const NodeId m = mentioned.back();
      mentioned.pop_back();
      if (!seen.insert(m).second || kinds_[m] <= TermKind::Parameter) continue;
      if (!stays_at_use_[m]) {
        before.push_back(m);
      } else {
        const NodeId needs = kinds_[m] == TermKind::Result ? graph_.operand(m, 0) : m;
        for (std::size_t k = 0; k < operand_count(needs); ++k) {
          mentioned.push_back(operand(needs, k));
        }
      }
    }
    std::ranges::sort(before);
    mentioned = std::move(before);
  }
}

/// Whether a node may be computed again wherever it is used.
bool TermTable::may_stay(NodeId id) const {
  const TermKind kind = kinds_[id];
  if (kind < TermKind::Load || kind > TermKind::Loop) return false;
  if (!overwrites(id).empty() || !graph_.is_scalar(id) || reads_overwritten(id)) return false;
  std::vector<NodeId> indices;
  return kind != TermKind::Load || !overwritten_[subscripts(id, indices)];
}

/// Whether an operand stays at its use, but for one that is safe on the side of the choice that it
/// stands on.
bool TermTable::has_what_stays(NodeId id) const {
  for (std::size_t k = 0; k < operand_count(id); ++k) {
    const NodeId o = operand(id, k);
    if (!stays_at_use_[o]) continue;
    const auto safe = safe_where_.find(o);
    const bool side = graph_.op(id) == Op::If && kinds_[id] == TermKind::Branch && k == 1;
    if (!side || safe == safe_where_.end() || safe->second != operand(id, 0)) return true;
  }
  return false;
}

/// What stays for the sake of loads that are all safe on one condition is safe on that, too.
void TermTable::note_condition(NodeId id) {
  NodeId condition = kNoNode;
  for (std::size_t k = 0; k < operand_count(id); ++k) {
    if (!stays_at_use_[operand(id, k)]) continue;
    const auto safe = safe_where_.find(operand(id, k));
    if (safe == safe_where_.end()) return;
    if (condition != kNoNode && condition != safe->second) return;
    condition = safe->second;
  }
  if (condition != kNoNode) safe_where_.emplace(id, condition);
}

bool TermTable::is_read_early(NodeId id) const {
  if (kinds_[id] != TermKind::Load || !own_loads_.contains(id)) return false;
  // Other versions may be made on one path only.
  std::vector<NodeId> indices;
  const NodeId version = subscripts(id, indices);
  return graph_.op(version) == Op::Bound && overwritten_[version];
}

/// What a loop reads must still be there where it runs.
bool TermTable::reads_overwritten(NodeId id) const {
  if (kinds_[id] != TermKind::Loop) return false;
  return std::ranges::any_of(mentions_.of(id).reads, [&](NodeId v) { return overwritten_[v]; });
}

TermKind TermTable::kind_of(NodeId id) {
  const Op op = graph_.op(id);
  const bool scalar = graph_.is_scalar(id);
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
      if (buffer(id) >= 0) return TermKind::Version;
      const Source* from = source(id);
      if (!from && graph_.input_name(id).ends_with("[#]")) return TermKind::Unused;
      GRADSMITH_CHECK(from, "input {} of {} belongs to no parameter", graph_.input_name(id),
                      function_.name);
      if (!scalar) return TermKind::Version;
      return from->leaf->steps.empty() && passed_by_value(*from->parameter) ? TermKind::Parameter
                                                                            : TermKind::Load;
    }
    case Op::Bound:
      return scalar ? TermKind::Variable : TermKind::Version;
    case Op::Final:
      return scalar ? TermKind::Result : TermKind::Version;
    case Op::Fold:
      return TermKind::Loop;
    case Op::Write:
      if (!is_assignment(graph_, id)) refuse_loop(id);
      return TermKind::Assignment;
    case Op::At: {
      std::vector<NodeId> indices;
      const NodeId array = subscripts(id, indices);
      const TermKind kind = kinds_[array];
      const bool in_memory =
          kind == TermKind::Version || kind == TermKind::Assignment || kind == TermKind::Branch;
      if (!in_memory) refuse_loop(id);
      return scalar ? TermKind::Load : TermKind::Version;
    }
    case Op::Convert:
      return TermKind::Operator;
    case Op::If: {
      if (graph_.element(id) != Element::Bool || !scalar) return TermKind::Branch;
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

const Origin* TermTable::find_origin(NodeId id) const {
  const Origin* own = function_.provenance.named(id);
  if (own && kinds_[id] == TermKind::Load) {
    std::vector<NodeId> indices;
    const Source* from = source(subscripts(id, indices));
    return from && own->name == from->parameter->name ? nullptr : own;
  }
  if (own) return own;
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

void TermTable::refuse_loop(NodeId id) const {
  throw Refusal("gs-loop-kept",
                fmt::format("a loop or array operation ({}) is left that cannot be written yet",
                            op_name(graph_.op(id))),
                "give the loop bounds and the array subscripts that are constants",
                function_.provenance.where(id));
}

int TermTable::scope_of(NodeId id) const { return gradsmith::scope_of(graph_, id); }

NodeId TermTable::carrier(NodeId id) const {
  for (;;) {
    if (kinds_[id] == TermKind::Result) return graph_.operand(id, 0);
    if (kinds_[id] != TermKind::Version) return id;
    const Op op = graph_.op(id);
    if (op == Op::Final) return graph_.operand(id, 0);
    if (op != Op::At) return id;
    id = graph_.operand(id, 0);
  }
}

Op TermTable::op(NodeId id) const {
  if (graph_.op(id) != Op::If) return graph_.op(id);
  const auto found = logic_.find(id);
  return found == logic_.end() ? graph_.op(id) : found->second;
}

const TermTable::Source* TermTable::source(NodeId input) const {
  const auto found = sources_.find(input);
  return found == sources_.end() ? nullptr : &found->second;
}

int TermTable::buffer(NodeId input) const {
  const auto found = buffers_.find(input);
  return found == buffers_.end() ? -1 : found->second;
}

NodeId TermTable::subscripts(NodeId load, std::vector<NodeId>& indices) const {
  return array_under(graph_, load, indices);
}

std::size_t TermTable::operand_count(NodeId id) const {
  switch (kinds_[id]) {
    case TermKind::Operator:
      return graph_.op(id) == Op::If ? 2 : graph_.operands(id).size();
    case TermKind::Branch:
      return 3;
    case TermKind::Load: {
      std::vector<NodeId> indices;
      const NodeId array = subscripts(id, indices);
      std::size_t count = graph_.op(array) == Op::Input ? 0 : 1;
      for (NodeId i : indices) count += graph_.is_constant(i) ? 0 : 1;
      return count;
    }
    case TermKind::Assignment:
      return graph_.operands(id).size() - 3;
    case TermKind::Loop:
      return graph_.outside_operands(id) + mentioned_.at(id).size();
    default:
      return 0;
  }
}

NodeId TermTable::operand(NodeId id, std::size_t k) const {
  switch (kinds_[id]) {
    case TermKind::Load: {
      std::vector<NodeId> indices;
      const NodeId array = subscripts(id, indices);
      for (NodeId i : indices) {
        if (!graph_.is_constant(i) && k-- == 0) return i;
      }
      GRADSMITH_CHECK(k == 0 && graph_.op(array) != Op::Input, "no such subscript");
      return array;
    }
    case TermKind::Assignment: {
      // The array, the value, the subscripts.
      return graph_.operand(id, 3 + k);
    }
    case TermKind::Loop: {
      const std::size_t outside = graph_.outside_operands(id);
      return k < outside ? graph_.operand(id, k) : mentioned_.at(id)[k - outside];
    }
    default: {
      const bool either = k == 1 && graph_.op(id) == Op::If && op(id) == Op::Or;
      return graph_.operand(id, either ? 2 : k);
    }
  }
}

bool TermTable::all_constant_subscripts(NodeId load) const {
  std::vector<NodeId> indices;
  const NodeId array = subscripts(load, indices);
  if (graph_.op(array) != Op::Input) return false;
  const Type& type = graph_.type_of(array);
  for (std::size_t k = 0; k < indices.size(); ++k) {
    if (!graph_.is_constant(indices[k]) || !graph_.is_constant(type.extents[k])) return false;
    const std::int64_t i = graph_.index_value(indices[k]);
    if (i < 0 || i >= graph_.index_value(type.extents[k])) return false;
  }
  return true;
}

bool TermTable::is_cheap(NodeId id) const {
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

std::vector<NodeId> TermTable::overwrites(NodeId id) const { return overwritten_by(graph_, id); }

const std::vector<NodeId>& TermTable::reads(NodeId loop) const { return mentions_.of(loop).reads; }

NodeId TermTable::result_of(NodeId loop, std::size_t state) const {
  const auto found = results_.find(loop);
  if (found == results_.end()) return kNoNode;
  for (NodeId result : found->second) {
    if (graph_.slot(result) == static_cast<int>(state)) return result;
  }
  return kNoNode;
}

}  // namespace gradsmith
