#include "frontend/lowering.hpp"

#include <fmt/format.h>

#include <bit>

#include "ir/fold_constant.hpp"
#include "support/check.hpp"

namespace gradsmith::frontend {
namespace {

// Inlining can repeat itself: f calls g twice, g calls h twice. A spec that needs more steps than
// this would give a file that nobody can compile.
constexpr std::int64_t kMostSteps = 20'000'000;

// Deeper nesting than this is nobody's handwriting, and the walk is recursive.
constexpr int kDeepest = 10'000;

}  // namespace

Lowering::Lowering(const clang::ASTContext& context, const SourceFiles& files,
                   std::vector<std::string> wrt, std::vector<std::string> cuts,
                   std::map<std::string, std::string> lengths)
    : context_(context),
      files_(files),
      wrt_(std::move(wrt)),
      cuts_(std::move(cuts)),
      given_lengths_(std::move(lengths)),
      g_(f_.graph),
      layouts_(context) {}

std::vector<CallNote> Lowering::calls() const {
  std::vector<CallNote> notes;
  for (std::size_t i = frames_.size(); i-- > 1;) {
    const clang::FunctionDecl* callee = frames_[i].function;
    notes.push_back({files_.locate(frames_[i].call), callee->getQualifiedNameAsString()});
  }
  return notes;
}

void Lowering::refuse(const std::string& code, const std::string& reason,
                      const std::string& way_out, clang::SourceLocation where) const {
  SourceLocation place = files_.locate(where);
  // Inside a library's header, the line of the user's that led there says more.
  for (std::size_t i = frames_.size(); !place.known() && i-- > 0;) {
    place = files_.locate(frames_[i].call);
  }
  if (!place.known()) place = f_.where;
  throw Refusal(code, reason, way_out, place);
}

const Layout* Lowering::layout_of(clang::QualType type, clang::SourceLocation where) {
  try {
    return layouts_.of(type);
  } catch (const Refusal& refusal) {
    refuse(refusal.code(), refusal.reason(), refusal.way_out(), where);
  }
}

void Lowering::spend(clang::SourceLocation where) {
  if (++spent_ > kMostSteps) {
    refuse("gs-too-large", "the function is too large once every call is inlined",
           "differentiate its parts on their own", where);
  }
}

Nested Lowering::nest(clang::SourceLocation where) {
  if (nesting_ >= kDeepest) {
    refuse("gs-too-deep", "this is nested too deep", "split it into statements", where);
  }
  return Nested(nesting_);
}

TypeId Lowering::type_of(const LeafLayout& leaf) {
  if (leaf.extents.empty()) return scalar_type(leaf.element);
  if (leaf.length == kNoNode) return g_.array_type(leaf.element, leaf.extents);
  Type type{leaf.element, {leaf.length}};
  for (std::size_t i = 1; i < leaf.extents.size(); ++i) {
    type.extents.push_back(g_.index(leaf.extents[i]));
  }
  return g_.intern(type);
}

NodeId Lowering::extent_of(const Layout* array) {
  return array->length != kNoNode ? array->length : g_.index(array->extent);
}

void Lowering::record(NodeId node, Origin origin) {
  const Op op = g_.op(node);
  if (op == Op::Constant || op == Op::Input || op == Op::Bound || !origin.where.known()) return;
  const auto level = static_cast<std::size_t>(std::bit_width(g_.free(node)));
  if (level > 1) {
    loops_[level - 2].origins.emplace_back(node, std::move(origin));
  } else {
    origins_.push_back({node, kFunctionScope, std::move(origin)});
  }
}

NodeId Lowering::note(NodeId node, clang::SourceLocation where) {
  const auto level = static_cast<std::size_t>(std::bit_width(g_.free(node)));
  bool fresh = false;
  if (level > 1) {
    fresh = loops_[level - 2].noted.insert(node).second;
  } else {
    if (node >= noted_.size()) noted_.resize(node + std::size_t{1}, false);
    fresh = !noted_[node];
    noted_[node] = true;
  }
  if (fresh) record(node, {"", "", files_.locate(where)});
  return node;
}

void Lowering::name(const Place& place, clang::SourceLocation where) {
  const Variable& variable = env_.variable(place.variable);
  if (variable.hidden || variable.name.empty() || variable.layout->leaves.size() != 1) return;
  if (variable.layout->kind == Layout::Kind::Class) return;
  const Cell& cell = env_.get(variable.first);
  if (cell.node != kNoNode) record(cell.node, {variable.name, "", files_.locate(where)});
}

VariableId Lowering::declare(const std::string& name, const Layout* layout, bool hidden) {
  Variable variable;
  variable.name = name;
  variable.layout = layout;
  variable.depth = static_cast<int>(loops_.size());
  variable.hidden = hidden;
  return env_.declare(std::move(variable));
}

Place Lowering::whole(VariableId id) const {
  return {id, 0, env_.variable(id).layout, {}, nullptr};
}

Value Lowering::uninitialised(const Layout* layout, const std::string& name,
                              clang::SourceLocation where) {
  Value value{layout, {}};
  for (const LeafLayout& leaf : layout->leaves) {
    if (leaf.address) {
      value.cells.emplace_back();
      continue;
    }
    const TypeId type = type_of(leaf);
    std::string input = "?" + leaf_name(name, leaf.steps);
    while (uninitialised_names_.try_emplace(input, type).first->second != type) input += "'";
    value.cells.push_back(number_cell(g_.input(input, type)));
    declared_open_.try_emplace(value.cells.back().node, where);
  }
  return value;
}

Value Lowering::zero(const Layout* layout) {
  Value value{layout, {}};
  for (const LeafLayout& leaf : layout->leaves) {
    value.cells.push_back(leaf.address ? Cell{} : number_cell(g_.zeros(type_of(leaf))));
  }
  return value;
}

void Lowering::check_subscripts(const Place& place, clang::SourceLocation where) {
  const Variable& variable = env_.variable(place.variable);
  if (place.first >= variable.layout->leaves.size()) return;
  const auto& extents = variable.layout->leaves[place.first].extents;
  for (std::size_t i = 0; i < place.subscripts.size(); ++i) {
    if (!g_.is_constant(place.subscripts[i])) continue;
    const std::int64_t index = g_.index_value(place.subscripts[i]);
    if (index >= 0 && (index < extents[i] || extents[i] == kRunTimeExtent)) continue;
    if (extents[i] == kRunTimeExtent) {
      refuse("gs-out-of-range",
             fmt::format("subscript {} is before the first element of '{}'", index, variable.name),
             "", where);
    }
    refuse("gs-out-of-range",
           fmt::format("subscript {} is outside the {} elements of '{}'", index, extents[i],
                       variable.name),
           "", where);
  }
}

Value Lowering::read(const Place& place, clang::SourceLocation where) {
  check_subscripts(place, where);
  Value value{place.layout, {}};
  const Slot first = env_.variable(place.variable).first + static_cast<Slot>(place.first);
  for (std::size_t j = 0; j < place.layout->leaves.size(); ++j) {
    const Cell cell = env_.get(first + static_cast<Slot>(j));
    if (cell.node == kNoNode) {
      if (cell.place) follow_pointer_in(first + static_cast<Slot>(j), where);
      value.cells.push_back(cell);
    } else {
      const NodeId element = g_.at(cell.node, place.subscripts);
      if (env_.branches() == 0 && loops_.empty()) straight_reads_.insert(element);
      value.cells.push_back(number_cell(element));
    }
  }
  return value;
}

NodeId Lowering::read_number(const Place& place, clang::SourceLocation where) {
  GRADSMITH_CHECK(place.layout->kind == Layout::Kind::Number, "a number is read from no number");
  const NodeId node = read(place, where).cells[0].node;
  GRADSMITH_CHECK(node != kNoNode, "a value is read before a function returned it");
  if (g_.op(node) == Op::Input && g_.input_name(node)[0] == '?') {
    refuse("gs-uninitialised",
           fmt::format("'{}' is read before it has a value", env_.variable(place.variable).name),
           "give it a value where it is declared", where);
  }
  return note(node, where);
}

void Lowering::write_slot(Slot slot, Cell cell) {
  const VariableId owner = env_.owner(slot);
  const auto depth = static_cast<std::size_t>(env_.variable(owner).depth);
  for (std::size_t i = depth; i < loops_.size(); ++i) {
    GRADSMITH_CHECK(loops_[i].written.contains(owner),
                    "'{}' is written in a loop that was not seen to write it",
                    env_.variable(owner).name);
  }
  stale_.erase(slot);
  env_.set(slot, std::move(cell));
}

void Lowering::write(const Place& place, const Value& value, clang::SourceLocation where) {
  check_subscripts(place, where);
  const Slot first = env_.variable(place.variable).first + static_cast<Slot>(place.first);
  for (std::size_t j = 0; j < place.layout->leaves.size(); ++j) {
    const Slot slot = first + static_cast<Slot>(j);
    Cell cell = value.cells[j];
    if (!place.subscripts.empty()) {
      cell = number_cell(g_.set(env_.get(slot).node, place.subscripts, cell.node));
    }
    write_slot(slot, std::move(cell));
  }
}

NodeId Lowering::simple(NodeId node) {
  const Op op = g_.op(node);
  if (op == Op::Constant || op == Op::Input || op == Op::Bound) return node;
  // The author's floating arithmetic stays as it is written; integers and conditions steer
  // lowering.
  if (is_floating(g_.element(node)) && op != Op::Convert) return node;
  for (NodeId o : g_.operands(node)) {
    if (!g_.is_constant(o)) return node;
    if (is_floating(g_.element(o)) && op != Op::Convert) return node;
  }
  return fold_constant(g_, node).value_or(node);
}

}  // namespace gradsmith::frontend
